import Rules
import Testing

/// What all versions of a monitor share.
@Suite struct PlanFrameTests {
  private static let wayOut =
    "give the monitor another name"

  private static func plan(_ monitor: String = Fixtures.monitor) throws -> Plan {
    let result = Fixtures.check(monitor: monitor, rules: [])
    return try #require(result.plan, "\(result.report)")
  }

  @Test(
    arguments: [
      ("monitor: orders", "monitor: sales", "monitor is sales, and orders"),
      (
        "[shop.orders]", "[shop.orders, web.orders]",
        "source.topics is [shop.orders, web.orders], and [shop.orders]"
      ),
      (
        "  topics: [shop.orders]", "  topics: [shop.orders]\n  where: { kind: order }",
        "source.where is { kind: \"order\" }, and {  }"
      ),
      ("time: created_at", "time: made_at", "fields.time is made_at, and created_at"),
      (
        "  ignore:", "  model_version: model\n  ignore:",
        "fields.model_version is model, and none"
      ),
      ("window: 1h", "window: 1h\nlateness: 90s", "lateness is 1m30s, and 0s"),
      ("window: 1h", "window: 1h\nmax_future: 1m", "max_future is 1m, and 5m"),
      ("window: 1h", "window: 1h\nidle_after: off", "idle_after is off, and 1m"),
      (
        "window: 1h", "window: 1h\noutput: { prefix: own }", "output.prefix is own, and leeway"
      ),
      (
        "window: 1h", "window: 1h\ndelivery: at_least_once",
        "delivery is at_least_once, and exactly_once"
      ),
    ]
  )
  func aSettingThatDiffersIsNamedWithBothValues(old: String, new: String, words: String) throws {
    let changed = try Self.plan(Fixtures.monitor.replacing(old, with: new))
    let expected =
      "\(words) in the version before; all versions of a monitor have the same: \(Self.wayOut)"
    #expect(changed.obstacle(toFollow: try Self.plan()) == expected)
    #expect(changed.obstacle(toFollow: changed) == nil)
  }

  @Test(
    arguments: [
      ("{ size: 90m }", "size is 1h30m"),
      ("{ size: 2h, every: 30m }", "every is 30m"),
      ("{ size: 1h, align: 10m }", "align is 10m"),
      ("{ size: 30m, min_records: 100, at_most: 2h }", "size is 30m"),
    ]
  )
  func aWindowThatDoesNotFitThePanesIsNamed(window: String, words: String) throws {
    let changed = try Self.plan(Fixtures.monitor.replacing("1h", with: window))
    let expected =
      "a window's \(words), and the version before counts in steps of 1h, which it is no multiple "
      + "of: \(Self.wayOut)"
    #expect(changed.obstacle(toFollow: try Self.plan()) == expected)
  }

  @Test(
    arguments: [
      ("window: 1h", "window: 3h"), ("window: 1h", "window: { size: 3h, every: 1h }"),
      ("window: 1h", "window: { size: 2h, min_records: 100, at_most: 4h }"),
      ("  topics: [shop.orders]", "  topics: [shop.orders]\n  start: latest"),
      ("  ignore: [debug]", "  ignore: [debug, age]"), ("  prediction: score\n", ""),
    ]
  )
  func whatIsJudgedAndByWhatMayChange(old: String, new: String) throws {
    let changed = try Self.plan(Fixtures.monitor.replacing(old, with: new))
    #expect(try changed != Self.plan())
    #expect(changed.obstacle(toFollow: try Self.plan()) == nil)
  }
}
