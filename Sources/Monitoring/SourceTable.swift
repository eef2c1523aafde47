import Records

/// What the evaluator knows of one source partition.
struct SourceState: Equatable, Sendable {
  var topic: Int
  var partition: Int
  /// Offset after the last record counted; nil before anything was heard of the partition.
  var to: Int64?
  var watermark: Timestamp?
  /// Largest event time accepted; an event from the future is as old as its delta.
  var newest: Timestamp?
  var hasEnded = false
  var isIdle = false
  /// No record stood behind the last one read.
  var isAtEnd = false
  /// Versions of the monitor with lower numbers are counted for.
  var known = MonitorVersion.first + 1
  /// Wall-clock second of its last delta, or since when it is expected; nil where no clock was
  /// looked at.
  var heard: Int64?
}

/// How far all source partitions have come, and whether their deltas fit together.
///
/// The audit: each delta must begin where the last one of its partition ended. What does not fit
/// was lost or doubled somewhere between the topic and here, whoever's fault it is.
struct SourceTable: Equatable, Sendable {
  /// Every partition known of, by topic and number.
  private(set) var states: [SourceState] = []

  init(_ states: [SourceState] = []) { self.states = states }

  /// Makes sure that all partitions of the topics are waited for, heard of or not.
  mutating func expect(_ counts: [Int], at wallSecond: Int64?) {
    for (topic, count) in counts.enumerated() {
      for partition in 0..<count { _ = index(topic, partition, wallSecond) }
    }
  }

  /// Stops waiting for partitions that are no more: the topic was made anew with fewer.
  ///
  /// What a collector knows of the number may be old; but whoever has the partition tells of it
  /// every few seconds, whether anything comes or not.
  ///
  /// - Returns: What was known of them.
  mutating func forget(beyond counts: [Int], at wallSecond: Int64?) -> [SourceState] {
    guard let wallSecond else { return [] }
    let gone = states.filter { state in
      guard state.topic < counts.count, counts[state.topic] > 0, let heard = state.heard else {
        return false
      }
      return state.partition >= counts[state.topic] && wallSecond - heard >= Self.silence
    }
    if !gone.isEmpty { states.removeAll { gone.contains($0) } }
    return gone
  }

  /// Seconds in which every collector that is alive tells of all its partitions many times.
  private static let silence: Int64 = 60

  /// Enters how far a partition was read.
  ///
  /// - Parameters:
  ///   - step: How far.
  ///   - known: Versions that were counted for.
  ///   - wallSecond: When.
  /// - Returns: The offsets that do not fit to what was known; the watermarks around them.
  mutating func note(
    _ step: Progress,
    known: Int64,
    at wallSecond: Int64?
  ) -> (violation: Violation?, from: Timestamp?, to: Timestamp?) {
    let index = index(step.topic, step.partition, wallSecond)
    let before = states[index]
    // A step back counts again what was counted: until it is past that, each delta is in doubt.
    let isAnew = step.isReset || step.isFirst
    states[index].to = isAnew ? step.to : max(step.to, before.to ?? step.to)
    states[index].hasEnded = step.hasEnded
    // Whoever is given a partition anew does not know that it is silent.
    let isSilent = step.latest == nil && step.watermark == before.watermark
    states[index].isIdle = step.isIdle || before.isIdle && isSilent
    states[index].isAtEnd = step.isAtEnd
    let latest = step.latest.map { latest in
      wallSecond.map { min(latest, Timestamp(microseconds: $0 * 1_000_000)) } ?? latest
    }
    states[index].newest = [before.newest, latest].compactMap(\.self).max()
    states[index].known = known
    states[index].heard = wallSecond
    if let watermark = step.watermark {
      states[index].watermark = max(watermark, before.watermark ?? watermark)
    }
    return (violation(step, after: before.to), before.watermark, states[index].watermark)
  }

  /// Takes all that was heard at a later second as heard now: the clock that said so was ahead.
  mutating func correct(to second: Int64) {
    let now = Timestamp(microseconds: second * 1_000_000)
    for index in states.indices {
      states[index].newest = states[index].newest.map { min($0, now) }
      states[index].heard = states[index].heard.map { min($0, second) }
    }
  }

  private func violation(_ step: Progress, after to: Int64?) -> Violation? {
    func violation(_ kind: Violation.Kind, _ start: Int64, _ end: Int64) -> Violation {
      Violation(
        kind: kind,
        topic: step.topic,
        partition: step.partition,
        start: start,
        end: end
      )
    }
    guard let to else {
      let isKnown = step.isFirst || step.from == 0
      return isKnown ? nil : violation(.gap, 0, step.from)
    }
    if step.isReset { return violation(.reset, step.from, max(step.from, step.to)) }
    if step.from > to { return violation(.gap, to, step.from) }
    if step.from < to { return violation(.overlap, step.from, to) }
    return nil
  }

  private mutating func index(_ topic: Int, _ partition: Int, _ wallSecond: Int64?) -> Int {
    let key = (topic, partition)
    var (place, end) = (0, states.count)
    while place < end {
      let middle = (place + end) / 2
      if (states[middle].topic, states[middle].partition) < key {
        place = middle + 1
      } else {
        end = middle
      }
    }
    if place == states.count || (states[place].topic, states[place].partition) != key {
      let state = SourceState(topic: topic, partition: partition, heard: wallSecond)
      states.insert(state, at: place)
    }
    return place
  }

  /// Whether every partition was read to an end that will not move.
  var haveAllEnded: Bool { !states.isEmpty && states.allSatisfy(\.hasEnded) }

  /// The partition that holds windows open longest, of those without a watermark the first; nil
  /// when none holds any.
  var slowest: SourceState? {
    let holding = states.filter { !$0.hasEnded && !$0.isIdle }
    return holding.first { $0.watermark == nil }
      ?? holding.min { left, right in
        (left.watermark?.microseconds ?? .min) < (right.watermark?.microseconds ?? .min)
      }
  }

  /// Takes a partition for silent, until it says how far time has come.
  mutating func silence(_ state: SourceState) {
    states[index(state.topic, state.partition, state.heard)].isIdle = true
  }

  /// How far event time has come in any partition.
  var latestWatermark: Timestamp? { states.compactMap(\.watermark).max() }

  /// Versions of the monitor with lower numbers are counted for in all partitions that go on.
  var known: Int64 { states.filter { !$0.hasEnded }.map(\.known).min() ?? .max }

  /// The smallest watermark of those that hold windows open; nil while one of them has none, and
  /// while all are idle: then nothing says how far time has come.
  var watermark: Timestamp? {
    var smallest: Timestamp?
    for state in states where !state.hasEnded && !state.isIdle {
      guard let watermark = state.watermark else { return nil }
      smallest = min(smallest ?? watermark, watermark)
    }
    return smallest
  }
}
