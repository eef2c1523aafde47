import Drift
import Records
public import Rules
import Sketches
public import Windowing

/// Judges rules on windows that were stored, without the events: what would have been said.
///
/// A rule sees what the records hold. A statistic that they do not, and a detector, which would
/// have to see the windows before, leave it undecided. Lower bounds are those of the records, each
/// at the confidence of a single test and not at the one that a budget leaves.
public struct StoredWindowJudge: Sendable {
  /// What came of a window.
  public struct Verdicts: Sendable {
    /// The window, as the plan counts them.
    public var window: Window
    /// Alerts that changed their state, or were said again.
    public var transitions: [AlertTransition]
    /// Rules that had no answer, once for each field and population.
    public var undecided: [Int]
  }

  private let plan: Plan
  private let segments: [[UInt8]: Int]
  private var book: AlertBook
  /// Statistics that rules compare and the records do not hold.
  public private(set) var unanswered: Set<String> = []

  /// One that has seen nothing.
  public init(plan: Plan, limits: Limits = Limits()) {
    self.plan = plan
    segments = plan.segmentsByName
    book = AlertBook(limits: limits)
  }

  /// Judges a window on the rules that look at its size.
  ///
  /// - Parameter stored: Later than all of its size before.
  /// - Returns: What came of it under each of the plan's windows that it is one of.
  public mutating func judge(_ stored: StoredWindow) -> [Verdicts] {
    plan.windows.indices.filter { isOne(stored, of: plan.windows[$0]) }.map { index in
      let window = Window(specification: index, start: stored.start, end: stored.end)
      var verdicts = Verdicts(window: window, transitions: [], undecided: [])
      for (number, rule) in plan.rules.enumerated()
      where rule.windowIndex == index && !rule.isOfClock {
        for population in populations(of: rule, stored) {
          judge(rule, number, population, stored, &verdicts)
        }
      }
      return verdicts
    }
  }

  private func isOne(_ stored: StoredWindow, of specification: WindowSpecification) -> Bool {
    let start = stored.start.microseconds - specification.align.microseconds
    return stored.size == DurationText.text(of: specification.size)
      && stored.minRecords == specification.minRecords
      && (specification.minRecords != nil
        || start.isMultiple(of: specification.every.microseconds))
  }

  /// What a rule is judged on: all records, those of each version, or of each segment.
  private func populations(
    of rule: PlannedRule,
    _ stored: StoredWindow
  ) -> [StoredWindow.Population] {
    guard let by = rule.by else {
      let all = stored.populations.filter { $0.segment == plan.name(ofSegment: nil) }
      guard rule.isOfStream else { return all.filter { $0.records > 0 && rule.judges($0.version) } }
      let records = all.reduce(into: UInt64(0)) { $0.add($1.records) }
      let segment = plan.name(ofSegment: nil)
      return [
        StoredWindow.Population(version: nil, segment: segment, records: records, fields: [:])
      ]
    }
    let names = Set(plan.segments(of: by).map { plan.name(ofSegment: $0) })
    return stored.populations.filter { names.contains($0.segment) }
  }

  private mutating func judge(
    _ rule: PlannedRule,
    _ number: Int,
    _ population: StoredWindow.Population,
    _ stored: StoredWindow,
    _ verdicts: inout Verdicts
  ) {
    var totals = stored.totals
    totals.accepted = population.records
    for field in rule.judgedFields {
      let subject = AlertSubject(
        rule: number,
        field: field,
        version: population.version,
        segment: segments[Array(population.segment.utf8)]
      )
      let seen = Seen(window: stored, population: population, totals: totals)
      let verdict = verdict(of: rule.condition, rule, field, seen)
      if verdict == .undecided { verdicts.undecided.append(number) }
      let clear = rule.clear.map { self.verdict(of: $0, rule, field, seen) }
      let transition = book.enter(
        verdict,
        of: rule,
        subject,
        isClear: clear ?? .pass == .pass,
        window: verdicts.window
      )
      if let transition { verdicts.transitions.append(transition) }
    }
  }

  private mutating func verdict(
    of condition: Condition,
    _ rule: PlannedRule,
    _ field: Int?,
    _ seen: Seen
  ) -> Verdict {
    var missing: [String] = []
    let judgement = Judgement(of: condition, minRecords: rule.minRecords) { comparison in
      let found = observe(comparison, comparison.field ?? field, seen)
      if found == nil { missing.append(comparison.statistic) }
      return found ?? Observation(measurement: Measurement(nil), records: 0)
    }
    unanswered.formUnion(missing)
    return judgement.verdict
  }

  /// What the records hold of a comparison; nil where they do not.
  private func observe(
    _ comparison: Comparison,
    _ field: Int?,
    _ seen: Seen
  ) -> Observation? {
    guard comparison.detector == nil, comparison.partner == nil else { return nil }
    guard comparison.metric.isOfField else {
      return comparison.metric.isOfTotals ? comparison.observe(seen.totals) : nil
    }
    guard let name = field.map({ plan.fields[$0].name }),
      let value = seen.population.fields[name]?.statistics[comparison.statistic]
    else { return nil }
    return Observation(
      measurement: Measurement(value),
      records: comparison.metric.records(of: name, in: seen.population),
      baselineRecords: seen.baseline(of: comparison).map {
        comparison.metric.records(of: name, in: $0)
      }
    )
  }
}

/// What one judgement is made on.
private struct Seen {
  var window: StoredWindow
  var population: StoredWindow.Population
  var totals: StreamTotals

  /// The records of the model version that is compared with; nil where another one is, or none.
  func baseline(of comparison: Comparison) -> StoredWindow.Population? {
    comparison.baseline.version.flatMap { version in
      window.populations.first {
        $0.version == ModelVersion(version) && $0.segment == population.segment
      }
    }
  }
}

extension Metric {
  /// The n that `min_records` is compared with.
  fileprivate func records(of field: String, in population: StoredWindow.Population) -> UInt64 {
    countsRecords ? population.records : population.fields[field]?.values ?? 0
  }
}
