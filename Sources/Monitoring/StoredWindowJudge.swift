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
  /// What some record held, and the statistics that some did not.
  private var answered: Set<Question> = []
  private var open: [Question: String] = [:]
  /// The sizes that rules look at and of which windows are not there, in the plan's order.
  public private(set) var incomplete: [WindowSpecification] = []

  /// One that has seen nothing.
  public init(plan: Plan, limits: Limits = Limits()) {
    self.plan = plan
    segments = plan.segmentsByName
    book = AlertBook(limits: limits)
  }

  /// Statistics that rules compare and none of the records holds.
  public var unanswered: Set<String> {
    Set(open.filter { !answered.contains($0.key) }.values)
  }

  /// Judges windows on the rules that look at their sizes.
  ///
  /// - Parameters:
  ///   - windows: All that there are, by their ends, and those that end together by their starts.
  ///   - hasEnded: Whether no more come, so that what waited for records has closed, too.
  /// - Returns: What came of each under each of the plan's windows that it is one of.
  public mutating func judge(_ windows: [StoredWindow], hasEnded: Bool) -> [Verdicts] {
    let sizes = plan.windows.map { StoredWindowSize($0, among: windows, hasEnded: hasEnded) }
    incomplete = zip(0..., sizes).filter { index, size in
      !size.isComplete && plan.rules.contains { $0.windowIndex == index && !$0.isOfClock }
    }.map(\.1.specification)
    return zip(0..., windows).flatMap { place, window in
      judge(window, under: sizes.indices.filter { sizes[$0].places.contains(place) })
    }
  }

  private mutating func judge(_ stored: StoredWindow, under sizes: [Int]) -> [Verdicts] {
    var all: [Verdicts] = []
    for index in sizes {
      let window = Window(specification: index, start: stored.start, end: stored.end)
      var verdicts = Verdicts(window: window, transitions: [], undecided: [])
      for (number, rule) in plan.rules.enumerated()
      where rule.windowIndex == index && !rule.isOfClock {
        guard stored.isJudged else {
          verdicts.undecided += leaveUndecided(rule, number, stored)
          continue
        }
        judge(rule, number, stored, &verdicts)
      }
      all.append(verdicts)
    }
    return all
  }

  /// What was not judged as it was closed is not judged now.
  private func leaveUndecided(
    _ rule: PlannedRule,
    _ number: Int,
    _ stored: StoredWindow
  ) -> [Int] {
    let judged = rule.isOfStream ? 1 : populations(of: rule, stored).count
    return Array(repeating: number, count: judged * rule.judgedFields.count)
  }

  /// Judges a rule as it is judged on a window that closes.
  private mutating func judge(
    _ rule: PlannedRule,
    _ number: Int,
    _ stored: StoredWindow,
    _ verdicts: inout Verdicts
  ) {
    if rule.isOfStream {
      for part in parts(of: stored, by: rule, number) { judge(rule, number, part, &verdicts) }
      return
    }
    if stored.isEmpty, plan.roles.modelVersion != nil || rule.by != nil {
      // An empty window says nothing of what alerts are about.
      for subject in book.populations(of: number) {
        var seen = Seen(stored, stored.whole[0])
        (seen.version, seen.segment) = (subject.version, subject.segment)
        judge(rule, number, seen, isSilent: true, &verdicts)
      }
      return
    }
    var present: Set<AlertSubject> = []
    for seen in populations(of: rule, stored) {
      judge(rule, number, seen, &verdicts)
      present.insert(AlertSubject(of: number, seen.version, seen.segment))
    }
    guard !present.isEmpty || rule.by == nil else { return }
    for subject in absent(from: present, rule, number, stored) {
      present.insert(subject)
      judge(rule, number, Seen(stored, absent: subject), isSilent: true, &verdicts)
    }
    verdicts.transitions += book.retire(rule: number, at: stored.end, rule.life) {
      present.contains(AlertSubject(of: number, $0.version, $0.segment))
    }
  }

  /// What a rule is judged on: all records, those of each version, or of each segment.
  private func populations(of rule: PlannedRule, _ stored: StoredWindow) -> [Seen] {
    guard let by = rule.by else {
      return stored.whole.filter {
        ($0.records > 0 || stored.isEmpty) && rule.judges($0.version)
      }.map { Seen(stored, $0) }
    }
    let known = plan.segments(of: by)
    return stored.populations.compactMap { population in
      guard let segment = index(of: population), known.contains(segment) else { return nil }
      var seen = Seen(stored, population)
      (seen.segment, seen.totals) = (segment, stored.totals(of: population.records))
      return seen
    }
  }

  /// What a rule about the stream is judged on: all of it, or each segment by itself, with records
  /// or without.
  private func parts(of stored: StoredWindow, by rule: PlannedRule, _ number: Int) -> [Seen] {
    var whole = Seen(stored, stored.whole[0])
    whole.version = nil
    guard let by = rule.by else { return [whole] }
    var records: [Int: UInt64] = [:]
    for population in stored.populations {
      guard let segment = index(of: population) else { continue }
      records[segment, default: 0].add(population.records)
    }
    let known = plan.segments(of: by)
    return known.compactMap { segment in
      var part = whole
      (part.segment, part.totals) = (segment, stored.totals(of: records[segment] ?? 0))
      // What the others are summed in is no segment that could fall silent.
      guard segment == known.last, records[segment] == nil else { return part }
      return book.hasBegun(AlertSubject(of: number, nil, segment)) ? part : nil
    }
  }

  /// Segments of the reference that a window holds nothing of, for a rule to which that is a
  /// failure; of model versions that are there.
  private func absent(
    from present: Set<AlertSubject>,
    _ rule: PlannedRule,
    _ number: Int,
    _ stored: StoredWindow
  ) -> [AlertSubject] {
    guard rule.undecided == .alert, let by = rule.by else { return [] }
    let known = plan.segments(of: by).dropLast()
    return book.populations(of: number).filter { subject in
      !present.contains(subject) && subject.segment.map(known.contains) ?? false
        && stored.whole.contains { $0.version == subject.version }
    }
  }

  /// The segment of a population among the plan's; nil for all records.
  private func index(of population: StoredWindow.Population) -> Int? {
    segments[Array(population.segment.utf8)]
  }

  /// Judges a rule on all its fields.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - number: Its position in the plan.
  ///   - seen: What it is judged on.
  ///   - isSilent: Whether there is no record of that, which is no answer that anybody waits for.
  ///   - verdicts: Gets what comes of it.
  private mutating func judge(
    _ rule: PlannedRule,
    _ number: Int,
    _ seen: Seen,
    isSilent: Bool = false,
    _ verdicts: inout Verdicts
  ) {
    for field in rule.judgedFields {
      let subject = AlertSubject(
        rule: number,
        field: field,
        version: seen.version,
        segment: seen.segment
      )
      let verdict = verdict(of: rule.condition, rule, number, field, seen)
      if verdict == .undecided, !isSilent { verdicts.undecided.append(number) }
      let clear = rule.clear.map { self.verdict(of: $0, rule, number, field, seen) }
      let isClear = clear ?? .pass == .pass
      let transition =
        isSilent && verdict != .undecided
        ? book.sayAgain(subject, at: verdicts.window.end, rule.life)
        : book.enter(
          verdict,
          of: rule,
          subject,
          isClear: isClear && !isSilent,
          window: verdicts.window
        )
      if let transition { verdicts.transitions.append(transition) }
    }
  }

  private mutating func verdict(
    of condition: Condition,
    _ rule: PlannedRule,
    _ number: Int,
    _ field: Int?,
    _ seen: Seen
  ) -> Verdict {
    let judgement = Judgement(of: condition, minRecords: rule.minRecords) { comparison in
      let found = observe(comparison, comparison.field ?? field, seen)
      let question = Question(rule: number, field: field, text: comparison.text)
      if found == nil {
        open[question] = comparison.recordedStatistic
      } else if seen.population != nil {
        answered.insert(question)
      }
      return found ?? Observation(measurement: Measurement(nil), records: 0)
    }
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
    guard let population = seen.population else {
      return Observation(measurement: Measurement(nil), records: 0)
    }
    guard let name = field.map({ plan.fields[$0].name }),
      let value = population.fields[name]?.statistics[comparison.recordedStatistic]
    else { return nil }
    return Observation(
      measurement: Measurement(value),
      records: comparison.metric.records(of: name, in: population),
      baselineRecords: seen.baseline(of: comparison).map {
        comparison.metric.records(of: name, in: $0)
      }
    )
  }
}

/// A comparison of a rule about a field, as written.
private struct Question: Hashable {
  var rule: Int
  var field: Int?
  var text: String
}

/// What one judgement is made on.
private struct Seen {
  var window: StoredWindow
  var version: ModelVersion?
  /// Among the plan's; nil for all records.
  var segment: Int?
  /// nil where the window holds nothing of it.
  var population: StoredWindow.Population?
  var totals: StreamTotals

  /// All records of a window, of which one population is looked at.
  init(_ window: StoredWindow, _ population: StoredWindow.Population) {
    (self.window, self.population, version) = (window, population, population.version)
    totals = window.totals
    totals.accepted = window.whole.reduce(into: 0) { $0.add($1.records) }
  }

  /// What a window holds nothing of.
  init(_ window: StoredWindow, absent subject: AlertSubject) {
    (self.window, version, segment) = (window, subject.version, subject.segment)
    totals = window.totals(of: 0)
  }

  /// The records of the model version that is compared with; nil where another one is, or none.
  func baseline(of comparison: Comparison) -> StoredWindow.Population? {
    comparison.baseline.version.flatMap { version in
      window.populations.first {
        $0.version == ModelVersion(version) && $0.segment == population?.segment
      }
    }
  }
}

extension StoredWindow {
  /// All records of each model version; of none where there is no such record.
  fileprivate var whole: [Population] {
    let whole = populations.filter { $0.segment == StoredWindow.all }
    return whole.isEmpty
      ? [Population(version: nil, segment: StoredWindow.all, records: 0, fields: [:])] : whole
  }

  /// Whether it holds no record.
  fileprivate var isEmpty: Bool { populations.allSatisfy { $0.records == 0 } }

  /// The totals that stand for a segment: all that is known of it are its records.
  fileprivate func totals(of records: UInt64) -> StreamTotals {
    StreamTotals(accepted: records, window: totals.window)
  }
}

extension Metric {
  /// The n that `min_records` is compared with.
  fileprivate func records(of field: String, in population: StoredWindow.Population) -> UInt64 {
    countsRecords ? population.records : population.fields[field]?.values ?? 0
  }
}
