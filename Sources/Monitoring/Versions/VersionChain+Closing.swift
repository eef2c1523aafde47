import Records
import Rules
import Sketches
import Windowing

// How versions that judge at the same time share what there is one of: the alerts, the triggers and
// the order of windows.

extension VersionChain {
  /// Closes windows in the order of their ends; of those that end together, the earlier version's
  /// first.
  ///
  /// - Parameters:
  ///   - start: Windows that begin at or after it are those of a version that waits.
  ///   - last: Windows that end behind it stay open; nil for none.
  /// - Returns: What came of them.
  mutating func close(before start: Timestamp?, through last: Timestamp?) -> [Judged] {
    var judged: [Judged] = []
    while judging.count > 1 {
      let ends = judging.indices.compactMap { index in
        judging[index].evaluator.nextEnd(before: judging[index].evaluator.end ?? start)
      }
      guard let end = ends.min(), end <= last ?? end else { return judged }
      for index in judging.indices.dropLast() { judged += closeEarlier(index, through: end) }
      judged += evaluator.close(before: start, through: end).flatMap { outcomes($0.outcomes) }
      judged += handOn()
    }
    return judged + evaluator.close(before: start, through: last).flatMap { outcomes($0.outcomes) }
  }

  /// Closes windows of an earlier version: it judges them, and the last version's triggers hear of
  /// it.
  private mutating func closeEarlier(_ index: Int, through last: Timestamp) -> [Judged] {
    let end = judging[index].evaluator.end
    guard let next = judging[index].evaluator.nextEnd(before: end), next <= last else { return [] }
    lendAlerts(to: index)
    let ledger = judging[index].evaluator.state.ledger
    judging[index].evaluator.state.ledger = evaluator.state.ledger
    let closings = judging[index].evaluator.close(before: end, through: last)
    evaluator.state.ledger = judging[index].evaluator.state.ledger
    judging[index].evaluator.state.ledger = ledger
    handOnAlerts(of: index)
    let earlier = judging[index].version
    let translation = PlanTranslation(old: earlier.plan, new: version.plan)
    var judged: [Judged] = []
    for closing in closings {
      for outcome in closing.outcomes {
        judged.append(Judged(version: earlier, outcome: outcome))
        guard case .alert(let alert) = outcome,
          let transition = translation.transition(alert.transition)
        else { continue }
        evaluator.state.governor.note(transition, effect: alert.effect)
      }
      guard let window = translation.window(closing.window) else { continue }
      judged += outcomes(evaluator.training(after: window, isOwn: false))
    }
    return judged
  }

  /// What became of all records, under whatever version.
  var tally: StreamTally {
    judging.dropLast().reduce(into: evaluator.tally) { $0.windows.add($1.evaluator.tally.windows) }
  }

  func outcomes(_ outcomes: [Outcome]) -> [Judged] {
    outcomes.map { Judged(version: version, outcome: $0) }
  }

  /// Lets the versions go on with what those before them have finished.
  ///
  /// - Returns: What these still have to say.
  mutating func handOn() -> [Judged] {
    var judged: [Judged] = []
    for index in judging.indices.dropLast() {
      handOnAlerts(of: index)
      judged += judging[index].say { $0.evaluator.hasFinished($1) }
    }
    takeOver { $0.evaluator.hasFinished($1) }
    return judged
      + retire { entry in entry.evaluator.end.map(entry.evaluator.hasNothing(before:)) ?? false }
  }

  /// Lets each version go on with the sizes of window that those before it are done with.
  private mutating func takeOver(_ isOver: (Judging, Int) -> Bool) {
    for index in judging.indices.dropFirst() {
      for specification in judging[index].evaluator.state.schedule.held.sorted() {
        let size = judging[index].version.plan.windows[specification]
        let earlier = judging[..<index].last { $0.version.plan.windows.contains(size) }
        guard let earlier, let old = earlier.version.plan.windows.firstIndex(of: size),
          isOver(earlier, old)
        else { continue }
        judging[index].evaluator.takeOver(specification, from: earlier.evaluator, old)
        forgetDetectors(of: size, from: index, since: earlier.evaluator)
      }
    }
  }

  /// Lets detectors begin anew that look at a comparison with a reference, where the version that
  /// goes on with a size has another one: the series would jump because of that alone.
  ///
  /// - Parameters:
  ///   - size: Windows of which no earlier version has any open.
  ///   - index: The version that goes on with them; the alerts may be with a later one already.
  ///   - earlier: Judged those before.
  private mutating func forgetDetectors(
    of size: WindowSpecification,
    from index: Int,
    since earlier: Evaluator
  ) {
    let judge = judging[index].evaluator.judge
    for later in judging.indices[index...] {
      let plan = judging[later].version.plan
      judging[later].evaluator.state.book.forgetDetectors { subject, series in
        let rule = plan.rules[subject.rule]
        let test = rule.condition.tests.first { $0.statistic == series.statistic }
        guard plan.windows[rule.windowIndex] == size, let test, test.looksAtReference else {
          return false
        }
        let named = series.field ?? subject.field.map({ plan.fields[$0].name })
        let fields = [named, test.partner?.name].compactMap(\.self)
        guard !fields.isEmpty else { return judge.rhythm != earlier.judge.rhythm }
        let segment = plan.name(ofSegment: subject.segment)
        return fields.contains { field in
          let reference = judge.reference(of: field, subject.version, segment: segment)
          return reference
            != earlier.judge.reference(of: field, subject.version, segment: segment)
        }
      }
    }
  }

  /// Forgets earlier versions, with what is still open of them.
  ///
  /// - Parameter isOver: Whether one is.
  /// - Returns: What they still have to say.
  mutating func retire(_ isOver: (Judging) -> Bool) -> [Judged] {
    var judged: [Judged] = []
    for index in judging.indices.dropLast().reversed() where isOver(judging[index]) {
      judged = judging[index].say { _, _ in true } + judged
      let number = judging[index].version.number
      takeOver { earlier, _ in earlier.version.number == number }
      let entry = judging.remove(at: index)
      evaluator.state.tally.windows.add(entry.evaluator.tally.windows)
      let ends = [entry.evaluator.closedThrough, evaluator.closedThrough].compactMap(\.self)
      evaluator.state.closedThrough = ends.max()
    }
    return judged
  }

  /// Lends an earlier version the alerts of rules that later ones have, too.
  private mutating func lendAlerts(to index: Int) {
    for later in judging.indices[(index + 1)...] { moveAlerts(from: later, to: index) }
  }

  /// Leaves a version's alerts to the last of those behind it that have the rule, too.
  private mutating func handOnAlerts(of index: Int) {
    for later in judging.indices[(index + 1)...].reversed() { moveAlerts(from: index, to: later) }
  }

  private mutating func moveAlerts(from one: Int, to other: Int) {
    let translation = PlanTranslation(
      old: judging[one].version.plan,
      new: judging[other].version.plan
    )
    var (book, others) = (judging[one].evaluator.state.book, judging[other].evaluator.state.book)
    book.hand(to: &others, translation)
    judging[one].evaluator.state.book = book
    judging[other].evaluator.state.book = others
  }
}

extension VersionChain.Judging {
  /// The gaps that are open, and the ends of alerts that nobody will judge any more.
  ///
  /// - Parameter isOver: Whether no window of a size comes any more.
  /// - Returns: As this version says it.
  fileprivate mutating func say(_ isOver: (Self, Int) -> Bool) -> [Judged] {
    let sizes = version.plan.windows.indices.filter { isOver(self, $0) }
    let gaps = sizes.compactMap { evaluator.endGap(of: $0) }
    let rules = version.plan.rules
    let orphans = evaluator.state.book.giveUp { sizes.contains(rules[$0].windowIndex) }
    let alerts = orphans.map { Outcome.alert(evaluator.rules.ended($0)) }
    return (gaps + alerts).map { Judged(version: version, outcome: $0) }
  }
}
