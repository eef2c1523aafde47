import Rules

/// Where a plan's rules, fields and segments stand, by the names that snapshots call them.
struct PlanNames {
  let plan: Plan
  let rules: [String: Int]
  let fields: [String: Int]
  /// In UTF-8.
  let segments: [[UInt8]: Int]

  /// - Complexity: O(rules + fields + segments).
  init(_ plan: Plan) {
    self.plan = plan
    rules = Self.places(of: plan.rules.map(\.name))
    fields = Self.places(of: plan.fields.map(\.name))
    segments = plan.segmentsByName
  }

  private static func places(of names: [String]) -> [String: Int] {
    Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
  }
}
