internal import Drift
internal import Records
internal import Sketches
internal import Windowing

// Which rules will always be undecided: at the pace of the reference, or at any.

extension Checker {
  /// One comparison of a rule, of one of its fields.
  private struct Target {
    var test: UnboundComparison
    var comparison: Comparison
    var field: Int?
    /// The most records or values that a window is expected to hold; nil where nothing is known.
    var most: Double?
  }

  /// Says which rules of a file can never be decided.
  mutating func checkPace(of file: RuleFile) {
    guard let fields else { return }
    var sights: [Int: FieldComparison] = [:]
    for rule in file.rules where !rule.comparisons.contains(where: \.metric.isOfClock) {
      guard let planned = rules.first(where: { $0.name == rule.name.value }) else { continue }
      let tests = Array(zip(rule.comparisons, planned.condition.tests))
      let window = windows.specifications[planned.windowIndex]
      let most = fields.schema.pace?.most(in: window)
      let targets = tests.flatMap { test, comparison in
        let judged = comparison.field.map { [$0] } ?? planned.fields ?? []
        guard comparison.metric.isOfField else {
          return [Target(test: test, comparison: comparison, most: most)]
        }
        return judged.map { field in
          let share = comparison.metric.countsRecords ? 1 : fields.shareOfValues(field)
          return Target(
            test: test,
            comparison: comparison,
            field: field,
            most: most.map { $0 * share }
          )
        }
      }
      checkMinRecords(of: rule, targets, window, in: file.file)
      let isGroup = rule.each?.value.isGroup ?? false
      let places = tests.map(\.0.place.position)
      for (index, (test, _)) in tests.enumerated()
      where test.metric.needsTwoBins(test.argument) && test.baseline == .reference
        && places.firstIndex(of: places[index]) == index
      {
        let judged = targets.filter {
          $0.test.thresholdPlace.position == test.thresholdPlace.position
        }
        checkBins(of: test, judged.compactMap(\.field), isGroup: isGroup, in: file.file)
      }
      for (test, _) in tests where test.isLowerBound && test.baseline == .reference {
        let own = targets.filter { $0.test.place.position == test.place.position }
        for target in own {
          guard let field = target.field, sights[field] == nil else { continue }
          sights[field] = fields.distribution(of: field).map { FieldComparison($0) }
        }
        checkReach(of: planned, own, isGroup: isGroup, sights, window, in: file.file)
        checkNatural(of: planned, own.compactMap(\.field), test, in: file.file)
      }
    }
  }

  private mutating func checkMinRecords(
    of rule: RuleDefinition,
    _ targets: [Target],
    _ window: WindowSpecification,
    in file: String
  ) {
    guard let place = rule.minRecordsPlace else { return }
    let short = targets.filter { isBeyond(Double(rule.minRecords), $0.most) }
    guard let most = short.compactMap(\.most).max() else { return }
    if rule.each?.value.isGroup ?? false, short.count < targets.count { return }
    let hint = hint(towards: Double(rule.minRecords), short, window, or: "fewer 'min_records'")
    warning(
      file,
      place,
      "\(busiest(window)) of the reference holds about \(NumberText.whole(most)) "
        + "\(short.allSatisfy { $0.comparison.metric.countsRecords } ? "records" : "values")"
        + "\(named(short, of: targets)): "
        + (short.count == targets.count ? shown(rule.name.value) : "this comparison")
        + " is always undecided",
      hint: hint
    )
  }

  /// Says where a lower bound could not exceed its threshold if the window were another world.
  private mutating func checkReach(
    of rule: PlannedRule,
    _ targets: [Target],
    isGroup: Bool,
    _ sights: [Int: FieldComparison],
    _ window: WindowSpecification,
    in file: String
  ) {
    guard let fields, let first = targets.first else { return }
    let test = first.test
    guard test.relation != .equal, test.relation != .unequal else { return }
    let confidence = confidence(of: rule, fields)
    var (never, late) = ([Target](), [Target]())
    var varied: [VariedField] = []
    var fewest = Double.infinity
    for target in targets {
      guard let sight = target.field.flatMap({ sights[$0] }) else { continue }
      if let found = self.varied(sight, test, confidence, most: target.most) {
        varied.append(VariedField(name: fields.judged[target.field ?? 0].name, natural: found))
        continue
      }
      let needed = test.metric.recordsToDecide(
        sight,
        confidence: confidence,
        threshold: test.threshold
      )
      guard let needed else {
        never.append(target)
        continue
      }
      guard isBeyond(Double(needed), target.most) else { continue }
      late.append(target)
      fewest = min(fewest, Double(needed))
    }
    warnOfNatural(varied, of: rule, test, in: file)
    let threshold = test.metric.unit.templateValue(test.threshold)
    // Of a group, what some of its fields are too few for is no mistake.
    if isGroup, never.count + late.count + varied.count < targets.count { return }
    if !never.isEmpty {
      warning(
        file,
        test.thresholdPlace,
        "no window could make '\(test.metric.name)' exceed \(threshold)"
          + "\(named(never, of: targets)): it is always undecided",
        hint: "take a lower threshold, or learn from more rows"
      )
    }
    if let most = late.compactMap(\.most).max() {
      let n = test.metric.countsRecords ? "records" : "values"
      let hint = hint(towards: fewest, late, window, or: "a higher threshold")
      warning(
        file,
        test.thresholdPlace,
        "'\(test.metric.name)' can exceed \(threshold) from \(NumberText.whole(fewest)) \(n) on, "
          + "but \(busiest(window)) of the reference holds about \(NumberText.whole(most))"
          + "\(named(late, of: targets)): it is always undecided",
        hint: hint
      )
    }
  }

  /// Whether a window will not hold so many: three deviations of a count by chance above what is
  /// expected of the busiest.
  func isBeyond(_ needed: Double, _ most: Double?) -> Bool {
    guard let most else { return false }
    return needed > most + 3 * most.squareRoot()
  }

  private func busiest(_ window: WindowSpecification) -> String {
    "the busiest \(DurationText.text(of: window.longest))"
  }

  /// Which of the fields judged are meant; nothing where all are, or where it is named anyhow.
  private func named(_ targets: [Target], of all: [Target]) -> String {
    let judged = targets.compactMap(\.field).compactMap { fields?.judged[$0].name }
    var names: [String] = []
    for name in judged where !names.contains(name) { names.append(name) }
    guard targets.count < all.count, !names.isEmpty else { return "" }
    return " of " + Self.listed(names.map { shown($0) })
  }

  /// How long windows must be to hold so many, else the other way out.
  private func hint(
    towards needed: Double,
    _ targets: [Target],
    _ window: WindowSpecification,
    or other: String
  ) -> String {
    guard let pace = fields?.schema.pace, let most = targets.compactMap(\.most).max(), most > 0,
      let length = pace.length(holding: needed * pace.most(in: window) / most),
      length > window.longest
    else { return "take \(other)" }
    return "take windows of \(DurationText.text(of: length)), or \(other)"
  }
}

extension FieldTable {
  /// What the reference knows of a judged field.
  func distribution(of field: Int) -> FieldReference? {
    schema.fields[judged[field].referenceIndex].distribution
  }

  /// Which part of the records has a value of a field; all where that is not known.
  fileprivate func shareOfValues(_ field: Int) -> Double {
    guard let completeness = distribution(of: field)?.completeness, completeness.records > 0 else {
      return 1
    }
    return Double(completeness.values) / Double(completeness.records)
  }
}

extension FieldSelection {
  /// Whether it names fields by what they have in common.
  fileprivate var isGroup: Bool {
    switch self {
    case .group: true
    case .names(let names): names.contains { $0.value.contains("*") }
    }
  }
}

extension NumberText {
  /// A number of records, rounded.
  static func whole(_ count: Double) -> String {
    UInt64(exactly: count.rounded())?.description ?? readable(count)
  }
}
