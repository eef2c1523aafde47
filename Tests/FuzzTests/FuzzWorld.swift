import Monitoring
import Reference
import Rules
import TestSupport
import Windowing

/// The monitor of the hostile stream, loaded once.
struct FuzzWorld: Sendable {
  let plan: Plan
  let references: References
  let schema: ReferenceSchema
  let limits: Limits

  static let monitor = HostileStream.monitor
  static let rules = """
    version: 1
    rules:
      - { name: Stable, each: features, expect: drift < 0.2, for: 2 of 3 windows }
      - { name: Enough, expect: count() >= 20, window: { size: 2h, every: 1h } }
      - { name: Moved, each: numeric, expect: "psi(previous) < 0.2" }
      - { name: Complete, each: numeric, expect: missing < 20%, for: 30m, window: 15m }
    triggers:
      - { name: Retrain, when: firing(Stable) >= 1, cooldown: 2h, min_records: 10 }
    """

  static let shared = Result { try FuzzWorld() }

  private init() throws {
    let rows = Rows(Array(HostileStream.reference.prefix(300)))
    references = References(try rows.learn(time: "at").profile)
    schema = ReferenceSchema(references.standard)
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor),
      rules: [SourceText(file: "rules.yaml", text: Self.rules)],
      schema: schema
    )
    guard let plan = result.plan else { throw Finding(result.report) }
    self.plan = plan
    var limits = Limits()
    // Small, so that they are reached.
    (limits.emptyWindows, limits.rememberedPanes, limits.openPanes) = (2, 8, 64)
    self.limits = limits
  }
}

extension [UInt8] {
  init(text: String) { self = Array(text.utf8) }
}
