import Rules

extension PlannedRule {
  /// The fields that its alerts are about, nil for the stream or several at once.
  var judgedFields: [Int?] { fields.map { $0.map(Optional.some) } ?? [onlyField] }

  /// Whether it looks at no field at all.
  var isOfStream: Bool {
    tests.allSatisfy { !$0.metric.isOfField }
  }

  /// The one field that a rule without `each` names; nil when it names several or none.
  var onlyField: Int? {
    let named = Set(tests.compactMap(\.field))
    return named.count == 1 ? named.first : nil
  }
}
