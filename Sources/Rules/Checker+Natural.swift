internal import Drift

// Which fields differ so much in the reference itself that nothing beyond that can be seen.

extension Checker {
  /// A field that a rule cannot see move, and how much its reference differs from itself.
  struct VariedField {
    var name: String
    var natural: Double
  }

  /// How much a reference differs from itself, where that alone leaves a comparison undecided.
  ///
  /// - Parameters:
  ///   - sight: A field of the reference.
  ///   - test: A lower bound beyond what is natural.
  ///   - confidence: Of the bound.
  ///   - most: The most records that a window is expected to hold; nil where nothing is known.
  /// - Returns: nil where windows decide, or would not without it either.
  func varied(
    _ sight: FieldComparison,
    _ test: UnboundComparison,
    _ confidence: Confidence,
    most: Double?
  ) -> Double? {
    guard let natural = test.metric.natural(of: sight), natural > 0 else { return nil }
    func isBlind(_ field: FieldComparison) -> Bool {
      test.metric.recordsToDecide(field, confidence: confidence, threshold: test.threshold)
        .map { isBeyond(Double($0), most) } ?? true
    }
    var steady = sight
    steady.natural = nil
    return isBlind(sight) && !isBlind(steady) ? natural : nil
  }

  /// Says which fields no window decides under the references that model versions have for their
  /// own.
  mutating func checkNatural(
    of rule: PlannedRule,
    _ judged: [Int],
    _ test: UnboundComparison,
    in file: String
  ) {
    guard let fields, test.relation != .equal, test.relation != .unequal else { return }
    let confidence = confidence(of: rule, fields)
    let names = judged.map { fields.judged[$0].name }
    for (reference, own) in ownFields {
      let found = names.compactMap { name -> VariedField? in
        guard case .judged(let index) = own.standing(of: name),
          let sight = own.distribution(of: index).map({ FieldComparison($0) })
        else { return nil }
        return varied(sight, test, confidence, most: nil)
          .map { VariedField(name: name, natural: $0) }
      }
      warnOfNatural(found, of: rule, test, under: reference.version.value, in: file)
    }
  }

  mutating func warnOfNatural(
    _ varied: [VariedField],
    of rule: PlannedRule,
    _ test: UnboundComparison,
    under version: String? = nil,
    in file: String
  ) {
    guard !varied.isEmpty else { return }
    let most = varied.sorted { ($1.natural, $0.name) < ($0.natural, $1.name) }
    let list = most.map { field in
      "\(shown(field.name)) (\(test.metric.unit.templateValue(field.natural)))"
    }
    let reference = version.map { "the reference of model version \(shown($0))" }
    let plain = Self.excesses.first { $0.value.name == test.metric.name }?.key
    warning(
      file,
      test.thresholdPlace,
      "windows of \(reference ?? "the reference") itself differ so much (natural) that no "
        + "window to be expected could make '\(test.metric.name)' exceed "
        + "\(test.metric.unit.templateValue(test.threshold)) of "
        + "\(Self.listed(list)): "
        + "\(shown(rule.name)) is always undecided there",
      hint: "learn from a longer time, of several seasons"
        + (plain.map { ", or judge '\($0)'" } ?? "")
    )
  }

  /// Fields that something is said of, the first of them where they are many.
  static func listed(_ fields: [String]) -> String {
    let rest = fields.count > 3 ? ["\(fields.count - 2) more"] : []
    return (fields.prefix(rest.isEmpty ? 3 : 2) + rest).joined(separator: ", ")
  }

  /// Of a lower bound of a rule.
  func confidence(of rule: PlannedRule, _ fields: FieldTable) -> Confidence {
    let segments = segmentFields.reduce(0) { $0 + $1.segmentCount }
    return .standard(fields: fields.judged.count * (1 + segments), alpha: rule.alpha)
  }
}
