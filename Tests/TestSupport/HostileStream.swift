/// A seeded stream of events with everything wrong with it that a producer can do.
public enum HostileStream {
  /// A monitor of the stream, whose reference is learned from `reference`.
  public static let monitor = """
    version: 1
    monitor: shop
    source:
      topics: [orders]
      where: { kind: order }
    fields: { time: at, model_version: model }
    reference: reference.json
    window: { size: 1h }
    lateness: 10m
    """

  /// Rules with windows of several sizes, and a trigger.
  public static let rules = """
    version: 1
    rules:
      - name: Stable
        each: features
        expect: drift < 0.2
        for: 2 of 3 windows
      - name: Enough
        expect: count() >= 20
        window: { size: 2h, every: 1h }
      - name: Complete
        each: numeric
        expect: missing < 20%
        for: 30m
        window: 15m
    triggers:
      - name: Retrain
        when: firing(Stable) >= 1
        cooldown: 2h
        min_records: 10
    """

  /// Rows to learn from, with their time in `at`.
  public static let reference: [String] = {
    var random = SplitMix64(seed: 7)
    return (0..<2_000).map { index in
      let amount = Double(Int.random(in: 0...500, using: &random)) / 10
      let color = ["red", "green", "blue"][Int.random(in: 0...2, using: &random)]
      return event(second: index, amount: "\(amount)", color: "\"\(color)\"", model: "\"1\"")
    }
  }()

  /// One event as a line.
  public static func event(second: Int, amount: String, color: String, model: String) -> String {
    """
    {"kind":"order","at":\(1_600_000_000 + second),"amount":\(amount),"color":\(color),\
    "model":\(model)}
    """
  }

  /// Lines in roughly increasing time, drifting in the middle, with disorder and rubbish.
  ///
  /// - Parameters:
  ///   - seed: Decides everything.
  ///   - count: Number of lines.
  ///   - step: Seconds from one event to the next.
  ///   - isClean: Whether to leave disorder and rubbish out.
  /// - Returns: The events, one a line.
  public static func lines(
    seed: UInt64,
    count: Int,
    step: Int = 10,
    isClean: Bool = false
  ) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
      let jitter = isClean ? 0 : Int.random(in: -900...900, using: &random)
      let shift = (count / 3..<count * 2 / 3).contains(index) ? 30.0 : 0
      let amount = Double(Int.random(in: 0...500, using: &random)) / 10 + shift
      let color = ["red", "green", "blue", "pink"][Int.random(in: 0...3, using: &random)]
      let model = ["1", "2"][Int.random(in: 0...1, using: &random)]
      if !isClean, let rubbish = rubbish(index * step, &random) { return rubbish }
      return event(
        second: index * step + jitter,
        amount: "\(amount)",
        color: "\"\(color)\"",
        model: "\"\(model)\""
      )
    }
  }

  private static func rubbish(_ second: Int, _ random: inout SplitMix64) -> String? {
    switch Int.random(in: 0..<60, using: &random) {
    case 0: return ""
    case 1: return "{\"kind\":\"order\",\"at\":16000000"
    case 2: return "{\"kind\":\"heartbeat\",\"at\":\(1_600_000_000 + second)}"
    case 3: return "[1,2]"
    case 4: return "{\"kind\":\"order\",\"amount\":1}"
    case 5: return "{\"kind\":\"order\",\"at\":\(1_600_000_000_000 + second)}"
    case 6: return "{\"kind\":\"order\",\"at\":\"yesterday\"}"
    case 7: return event(second: second - 7_200, amount: "1", color: "null", model: "\"1\"")
    case 8: return event(second: second, amount: "\"12\"", color: "7", model: "null")
    case 9: return event(second: second, amount: "NaN", color: "\"\"", model: "3")
    case 10: return event(second: second, amount: "1e999", color: "true", model: "\"1\"")
    default: return nil
    }
  }
}
