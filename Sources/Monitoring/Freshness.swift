import Drift
import Records
import Rules
import Windowing

// How old the newest event is: judged by the clock, since windows close by events only and a stream
// that has stopped closes none.

/// How far the collectors' clocks have come, and which of their minutes were judged.
///
/// The clock is the one that is farthest ahead, as long as the others follow within ten minutes:
/// one that was set wrong for a while is forgotten as soon as another one speaks.
struct ClockState: Equatable, Sendable {
  /// The largest second of the deltas; nil where no clock was looked at.
  private(set) var second: Int64?
  /// The last minute judged, counted from 1970.
  private(set) var minute: Int64?

  init(second: Int64? = nil, minute: Int64? = nil) { (self.second, self.minute) = (second, minute) }

  /// Seconds that clocks may differ by.
  private static let skew: Int64 = 600

  /// Notes a delta's second.
  ///
  /// - Returns: What the clock says now, and whether it had been ahead until then; no second for a
  ///   delta without a clock.
  mutating func advance(to second: Int64?) -> (second: Int64?, isCorrected: Bool) {
    guard let second else { return (nil, false) }
    let before = self.second ?? second
    let isCorrected = second < before - Self.skew
    self.second = isCorrected ? second : max(before, second)
    if isCorrected { minute = nil }
    return (self.second, isCorrected)
  }

  /// The minute that has begun since the last one judged; those between were not seen.
  mutating func takeMinute() -> Int64? {
    guard let second else { return nil }
    let now = second / Window.minute.components.seconds
    guard now > minute ?? .min else { return nil }
    minute = now
    return now
  }
}

extension Window {
  /// What rules of the clock are judged on.
  static let minute = Duration.seconds(60)
}

extension SourceTable {
  /// Seconds after which what a collector said of a partition is no longer news: three times the
  /// longest silence of one that is alive.
  private static let recently: Int64 = 30

  /// Age of the newest event at a second of the clock.
  ///
  /// - Returns: In seconds, 0 at least; with `lower` 0 while a partition may hold newer ones that
  ///   were not read yet. No value before any event.
  func age(at second: Int64) -> Measurement {
    guard let newest = states.compactMap(\.newest).max() else { return Measurement(nil) }
    let age = max(0, Double(second) - Double(newest.microseconds) / 1_000_000)
    let isRead = states.allSatisfy { state in
      state.isAtEnd && second - (state.heard ?? .min / 2) <= Self.recently
    }
    return Measurement(Bracket(lower: isRead ? age : 0, value: age, upper: age))
  }
}

extension Evaluator {
  /// Takes all that a clock has said which was ahead as said now.
  mutating func correctClock(to second: Int64) {
    state.sources.correct(to: second)
    state.book.correct(to: second) { [plan] in plan.rules[$0].isOfClock }
  }

  /// Judges the rules of the clock, once a minute; a version that another one has followed judges
  /// none.
  ///
  /// - Returns: The alerts that change.
  mutating func judgeClock() -> [Outcome] {
    guard end == nil, plan.rules.contains(where: \.isOfClock), let second = state.clock.second,
      let minute = state.clock.takeMinute()
    else { return [] }
    let age = state.sources.age(at: second)
    let alerts = rules.alerts(
      ofMinute: minute,
      age: age,
      book: &state.book,
      silences: silencesInForce
    )
    for alert in alerts { state.governor.note(alert.transition, effect: alert.effect) }
    return alerts.map { .alert($0) }
  }
}

extension AlertBook {
  /// Takes what a clock has said to alerts that was ahead as said now; what an alert began with
  /// stays, as it is known by that.
  fileprivate mutating func correct(to second: Int64, where isOfClock: (Int) -> Bool) {
    let now = Timestamp(microseconds: second * 1_000_000)
    let length = Window.minute.microseconds
    let end = now.microseconds / length * length
    for subject in entries.keys where isOfClock(subject.rule) {
      guard var entry = entries[subject] else { continue }
      // What it began with is no instant to count from any more.
      if let first = entry.first, first.end > now { entry.lastPass = entry.lastPass ?? now }
      entry.lastPass = entry.lastPass.map { min($0, now) }
      entry.lastEnd = entry.lastEnd.map { min($0, now) }
      if let last = entry.lastSaid { entry.lastSaid?.time = min(last.time, now) }
      entry.failures = entry.failures.map { window in
        guard window.end > now else { return window }
        return Window(
          specification: window.specification,
          start: Timestamp(microseconds: end - length),
          end: Timestamp(microseconds: end)
        )
      }
      entries[subject] = entry
    }
  }
}

extension PlannedRule {
  /// Whether it is judged by the clock and not by windows.
  var isOfClock: Bool { condition.tests.contains { $0.metric.isOfClock } }
}
