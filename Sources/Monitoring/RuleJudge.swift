import Drift
import Records
import Rules
import Windowing

/// Judges the rules that look at a closed window, or at a minute of the clock.
struct RuleJudge: Sendable {
  let plan: Plan
  /// The pairs of fields that rules look at.
  let fieldPairs: [Plan.FieldPair]

  init(plan: Plan) {
    self.plan = plan
    fieldPairs = plan.pairs
  }

  /// The alerts that change their state by this window, in the plan's order of rules and fields.
  func alerts(
    of window: Window,
    state: PaneState,
    results: inout [WindowResult],
    book: inout AlertBook,
    silences: [Silence]
  ) -> [Alert] {
    let totals = totals(of: window, results, state.accounting)
    let cases = cases(of: results, totals)
    var stream = JudgedCase(totals: totals, isInDoubt: totals.violations > 0)
    for result in results where result.segment == nil { stream.covers.merge(result.covers) }
    // An empty window says nothing of any model version.
    let isSilent = state.populations.isEmpty && plan.roles.modelVersion != nil
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      if rule.isOfStream {
        for one in parts(of: stream, by: rule, index, cases, book) {
          alerts += judge(rule, index, one, window, &book, silences, &results[0].undecided)
        }
      } else if isSilent || state.populations.isEmpty && rule.by != nil {
        for population in book.populations(of: index) {
          var one = cases[0]
          (one.version, one.segment) = (population.version, population.segment)
          alerts += judge(rule, index, one, window, &book, silences)
        }
      } else {
        let segments = rule.by.map(plan.segments)
        var judged: [JudgedCase] = []
        for (number, one) in cases.enumerated()
        where rule.judges(one.version, one.segment, of: segments) {
          alerts += judge(
            rule,
            index,
            one,
            window,
            &book,
            silences,
            &results[number].undecided
          )
          judged.append(one)
        }
        // What holds no segment of the field says nothing of any.
        guard !judged.isEmpty || rule.by == nil else { continue }
        var present = Set(judged.map { AlertSubject(of: index, $0.version, $0.segment) })
        for absent in absent(from: present, rule, index, book, of: cases) {
          present.insert(AlertSubject(of: index, absent.version, absent.segment))
          alerts += judge(rule, index, absent, window, &book, silences)
        }
        let retired = book.retire(rule: index, at: window.end, rule.life) {
          present.contains(AlertSubject(of: index, $0.version, $0.segment))
        }
        alerts += retired.map { retirement(of: $0, at: window, covers: stream.covers) }
      }
    }
    return Alert.grouped(alerts)
  }

  /// Notes of a window that is not judged that its rules have no answer.
  func leaveUndecided(_ window: Window, _ results: inout [WindowResult]) {
    for number in results.indices { results[number].isJudged = false }
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      let segments = rule.by.map(plan.segments)
      for (number, result) in results.enumerated() {
        let isOfRule =
          rule.isOfStream
          ? number == 0 : rule.judges(result.version, result.segment, of: segments)
        guard isOfRule else { continue }
        results[number].undecided += rule.judgedFields.map {
          Undecided(rule: index, field: $0, segment: result.segment, recordsNeeded: nil)
        }
      }
    }
  }

  /// The end of an alert about something that is no longer there.
  private func retirement(
    of transition: AlertTransition,
    at window: Window,
    covers: [OffsetCover]
  ) -> Alert {
    let what = transition.subject.segment == nil ? "model version" : "segment"
    return Alert(
      ending: transition,
      at: window,
      summary: "no record of this \(what) for \(AlertBook.retirement) windows",
      covers: covers
    )
  }

  /// The alerts that change their state by a minute of the clock.
  ///
  /// - Parameters:
  ///   - minute: Counted from 1970.
  ///   - age: Of the newest event.
  ///   - book: Of all alerts.
  ///   - silences: Those in force.
  /// - Returns: In the plan's order of rules.
  func alerts(
    ofMinute minute: Int64,
    age: Measurement,
    book: inout AlertBook,
    silences: [Silence]
  ) -> [Alert] {
    let length = Window.minute.components.seconds * 1_000_000
    var totals = StreamTotals(accepted: 0, window: Window.minute)
    totals.freshness = age
    let stream = JudgedCase(totals: totals)
    var undecided: [Undecided] = []
    return plan.rules.enumerated().filter(\.element.isOfClock).flatMap { index, rule in
      let window = Window(
        specification: rule.windowIndex,
        start: Timestamp(microseconds: (minute - 1) * length),
        end: Timestamp(microseconds: minute * length)
      )
      return judge(rule, index, stream, window, &book, silences, &undecided)
    }
  }

  /// Judges one rule on all its fields.
  private func judge(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: JudgedCase,
    _ window: Window,
    _ book: inout AlertBook,
    _ silences: [Silence],
    _ undecided: inout [Undecided]
  ) -> [Alert] {
    var alerts: [Alert] = []
    for (field, subject) in subjects(rule, index, one) {
      var watch = DetectorWatch(book.detectors(of: subject), isInDoubt: one.isInDoubt)
      let judgement = judgement(rule, field, one, &watch)
      book.remember(watch.detectors, of: subject)
      if judgement.verdict == .undecided {
        let needed = judgement.recordsNeeded
        undecided.append(
          Undecided(rule: index, field: field, segment: one.segment, recordsNeeded: needed)
        )
      }
      if judgement.verdict == .undecided, book.hasBegun(subject), isOutOfReach(rule, field, one) {
        if let end = book.end(subject, at: window.end) {
          alerts.append(outOfReach(end, at: window, covers: one.covers))
        }
        continue
      }
      let silence = silence(of: subject, silences)
      let transition = book.enter(
        judgement.verdict,
        of: rule,
        subject,
        isClear: book.isFiring(subject) && isClear(rule, field, one),
        isSilenced: silence != nil,
        window: window
      )
      if let transition {
        alerts.append(
          alert(transition, rule, judgement, field, one, window).silenced(by: silence)
        )
      }
    }
    return alerts
  }

  /// Whether a reference leaves a rule undecided, however far a window were from it: an alert that
  /// began under another reference would never end.
  private func isOutOfReach(_ rule: PlannedRule, _ field: Int?, _ one: JudgedCase) -> Bool {
    guard rule.undecided != .alert else { return false }
    let confidence = Confidence.standard(fields: plan.comparedDistributions, alpha: rule.alpha)
    return rule.condition.tests.allSatisfy { test in
      guard let field = (test.field ?? field).flatMap({ one[$0] }) else { return false }
      return test.isOutOfReach(of: field, confidence: confidence)
    }
  }

  /// The end of an alert that cannot be judged any more.
  private func outOfReach(
    _ transition: AlertTransition,
    at window: Window,
    covers: [OffsetCover]
  ) -> Alert {
    Alert(
      ending: transition,
      at: window,
      summary: "it cannot be judged under this reference: no window could be as far from it as the "
        + "rule asks",
      covers: covers
    )
  }

  /// Judges one rule on an empty window, which says nothing of a model version but that nothing can
  /// be said.
  private func judge(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: JudgedCase,
    _ window: Window,
    _ book: inout AlertBook,
    _ silences: [Silence]
  ) -> [Alert] {
    subjects(rule, index, one).compactMap { field, subject in
      var watch = DetectorWatch([:], isInDoubt: true)
      let judgement = judgement(rule, field, one, &watch)
      let silence = silence(of: subject, silences)
      let isSilenced = silence != nil
      let transition =
        judgement.verdict == .undecided
        ? book.enter(
          .undecided,
          of: rule,
          subject,
          isClear: false,
          isSilenced: isSilenced,
          window: window
        )
        : book.sayAgain(subject, at: window.end, isSilenced: isSilenced, rule.life)
      return transition.map {
        alert($0, rule, judgement, field, one, window).silenced(by: silence)
      }
    }
  }

  private func silence(of subject: AlertSubject, _ silences: [Silence]) -> Silence? {
    guard !silences.isEmpty else { return nil }
    return silences.silencing(
      plan.rules[subject.rule].name,
      subject.field.map { plan.fields[$0].name },
      subject.segment.map { plan.name(ofSegment: $0) }
    )
  }

  /// The fields that a rule is judged on, and what its alerts about them are called.
  private func subjects(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: JudgedCase
  ) -> [(field: Int?, subject: AlertSubject)] {
    (rule.fields.map { $0.map(Optional.some) } ?? [nil]).map { field in
      let subject = AlertSubject(
        rule: index,
        field: field ?? rule.onlyField,
        version: one.version,
        segment: one.segment
      )
      return (field, subject)
    }
  }

  /// Whether what ends a firing alert holds; not where that cannot be judged.
  private func isClear(_ rule: PlannedRule, _ field: Int?, _ one: JudgedCase) -> Bool {
    guard let clear = rule.clear else { return true }
    let confidence = confidence(of: rule, one)
    return Judgement(of: clear, minRecords: rule.minRecords) {
      observe($0, of: field, one, confidence)
    }.verdict == .pass
  }

  /// The end of an alert whose rule the monitor's next version does not have.
  func ended(_ orphan: AlertBook.Orphan) -> Alert {
    Alert(
      ending: orphan.transition,
      at: orphan.window,
      summary: "the monitor judges by another version from here on, which has no such rule",
      covers: []
    )
  }

  /// Judges one rule on one field.
  private func judgement(
    _ rule: PlannedRule,
    _ field: Int?,
    _ one: JudgedCase,
    _ watch: inout DetectorWatch
  ) -> Judgement {
    let confidence = confidence(of: rule, one)
    return Judgement(of: rule.condition, minRecords: rule.minRecords) { comparison in
      watch.look(
        at: comparison,
        field: comparison.field.map { plan.fields[$0].name },
        observe(comparison, of: field, one, confidence),
        minRecords: rule.minRecords
      )
    }
  }

  private func confidence(of rule: PlannedRule, _ one: JudgedCase) -> Confidence {
    .standard(
      fields: plan.comparedDistributions,
      alpha: rule.alpha(sharedBy: one.versions)
    )
  }
}
