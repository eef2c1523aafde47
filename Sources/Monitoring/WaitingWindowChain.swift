import Records
import Rules
import Sketches
import Windowing

/// The stored windows of a size that waits for records, each beginning where the last one ended.
///
/// Any of them may be written under another size that has it, too. Where the monitor had the size,
/// all are there: so the shortest that is full is the next. Otherwise only those count of which the
/// records say that no shorter one would have been full.
struct WaitingWindowChain {
  /// Positions of the windows found.
  private(set) var places: Set<Int> = []
  /// Whether one that there must have been is not there.
  private(set) var isBroken = false

  private let specification: WindowSpecification
  private let windows: [StoredWindow]
  private let hasEnded: Bool
  private let size: String
  /// Positions of windows by their starts, the shortest first.
  private var starting: [Timestamp: [Int]] = [:]
  /// Ends of the size's gaps by their starts.
  private var gaps: [Timestamp: Timestamp] = [:]
  /// Starts of what was written under this size, increasing.
  private var own: [Timestamp] = []
  /// End of the first window that holds records, and the latest start of one.
  private var earliestEnd: Timestamp?
  private var latestStart: Timestamp?

  /// Sorts the windows.
  ///
  /// - Parameters:
  ///   - specification: A size that waits for records.
  ///   - windows: All that were stored, by their ends.
  ///   - hasEnded: Whether no more come.
  init(_ specification: WindowSpecification, _ windows: [StoredWindow], hasEnded: Bool) {
    (self.specification, self.windows, self.hasEnded) = (specification, windows, hasEnded)
    size = DurationText.text(of: specification.size)
    for (place, window) in windows.enumerated() where window.end > window.start {
      if isOwn(place) { own.append(window.start) }
      if window.isGap {
        if isOwn(place) { gaps[window.start] = window.end }
        continue
      }
      starting[window.start, default: []].append(place)
      guard window.records > 0 else { continue }
      earliestEnd = earliestEnd ?? window.end
      latestStart = max(latestStart ?? window.start, window.start)
    }
    own.sort()
  }

  /// Finds the windows.
  ///
  /// - Complexity: O(windows · the sizes that begin with each).
  mutating func follow() {
    guard var next = first() else { return }
    var later = own[...]
    while true {
      if let end = gaps[next] {
        next = end
      } else if let place = full(at: next) ?? rest(at: next) {
        places.insert(place)
        next = windows[place].end
      } else {
        later = later.drop { $0 <= next }
        guard let start = later.first else { break }
        (next, isBroken) = (start, true)
      }
    }
    // While more may come, the next one may still wait.
    let reach = hasEnded ? 0 : specification.longest.microseconds
    let end = Timestamp(microseconds: next.microseconds + reach)
    if hasRecords(from: end) || isOver(next) { isBroken = true }
  }

  private func isOwn(_ place: Int) -> Bool {
    windows[place].size == size && windows[place].minRecords == specification.minRecords
  }

  private func isLong(_ place: Int) -> Bool { specification.canLast(windows[place].length) }

  private func isFull(_ place: Int) -> Bool { windows[place].records >= needed }

  private var needed: UInt64 { specification.minRecords ?? 0 }

  /// Whether a window that begins at an instant or later holds records.
  private func hasRecords(from time: Timestamp) -> Bool { latestStart.map { $0 >= time } ?? false }

  /// The window that begins at an instant and closed: the shortest with enough records, or the
  /// longest that there can be.
  private func full(at start: Timestamp) -> Int? {
    let full = starting[start]?.first { isLong($0) && (isFull($0) || hasWaited($0)) }
    return full.flatMap { isShortest($0) ? $0 : nil }
  }

  /// Whether a window has waited as long as it can: not one in which the input ended before.
  private func hasWaited(_ place: Int) -> Bool {
    windows[place].length == specification.longest
      && (isOwn(place) || !hasEnded || hasRecords(from: windows[place].end))
  }

  /// Whether no shorter window had enough records.
  private func isShortest(_ place: Int) -> Bool {
    let window = windows[place]
    if isOwn(place) || window.length == specification.size || !isFull(place) { return true }
    let end = window.end.microseconds - specification.size.microseconds
    return records(from: window.start, to: Timestamp(microseconds: end)).map { $0 < needed }
      ?? !own.isEmpty
  }

  /// Records between two instants, where windows in a row tell.
  private func records(from start: Timestamp, to end: Timestamp) -> UInt64? {
    var (next, records): (Timestamp, UInt64) = (start, 0)
    while next < end {
      guard let place = starting[next]?.first else { return nil }
      records.add(windows[place].records)
      next = windows[place].end
    }
    return next == end ? records : nil
  }

  /// Whether windows in a row tell that one that begins at an instant is over.
  private func isOver(_ start: Timestamp) -> Bool {
    var (next, records): (Timestamp, UInt64) = (start, 0)
    while let place = starting[next]?.first {
      records.add(windows[place].records)
      next = windows[place].end
      let length = Duration.microseconds(next.microseconds - start.microseconds)
      if length > specification.longest { return false }
      if specification.canLast(length), records >= needed { return true }
    }
    return false
  }

  /// The window that the end of the input closed with what it had: the shortest that holds all that
  /// came.
  ///
  /// One written under this size is taken in the middle, too: the monitor waited less long than the
  /// plan does.
  private mutating func rest(at start: Timestamp) -> Int? {
    let open = (starting[start] ?? []).filter { isLong($0) && !isFull($0) }
    let named = open.filter { isOwn($0) }
    let place = (named.isEmpty ? open : named).reduce(nil) { (best: Int?, place) in
      best.map { windows[$0].records >= windows[place].records } ?? false ? best : place
    }
    guard let place else { return nil }
    let isLast = !hasRecords(from: windows[place].end)
    guard named.isEmpty else {
      if !isLast { isBroken = true }
      return place
    }
    let isKnown = !own.isEmpty || windows[place].length == specification.size
    return hasEnded && isLast && isKnown && windows[place].records > 0 ? place : nil
  }

  /// Where the first window begins: with the first one written under this size, unless there are
  /// records before.
  private mutating func first() -> Timestamp? {
    guard let earliestEnd, own.first.map({ earliestEnd <= $0 }) ?? true else { return own.first }
    if let start = foreignFirst(before: earliestEnd) { return start }
    isBroken = true
    return own.first
  }

  /// Where the first window begins when it is written under another size: on the grid, with the
  /// first record in its first step.
  ///
  /// - Parameter end: The first record lies before it.
  /// - Returns: nil where that is not known.
  private func foreignFirst(before end: Timestamp) -> Timestamp? {
    // Of each length the first window holds the first record, and so does each that waits and
    // begins before anything ended; one that hops may begin long before that record.
    var lengths: Set<Duration> = []
    var earliest: Timestamp?
    for window in windows where !window.isGap && window.start < end && window.records > 0 {
      let isFirst = lengths.insert(window.length).inserted
      guard isFirst || window.minRecords != nil else { continue }
      earliest = max(earliest ?? step(at: window.start), step(at: window.start))
    }
    if let earliest, earliest == step(at: Timestamp(microseconds: end.microseconds - 1)) {
      return earliest
    }
    guard !own.isEmpty else { return nil }
    let starts = starting.filter { start, places in
      start < end && start >= earliest ?? start && start == step(at: start)
        && places.contains { isLong($0) && windows[$0].records > 0 }
    }
    return starts.count == 1 ? starts.first?.key : nil
  }

  /// Start of the step of the size's grid that holds an instant.
  private func step(at time: Timestamp) -> Timestamp {
    let (size, align) = (specification.size.microseconds, specification.align.microseconds)
    let steps = (time.microseconds - align).dividedDown(by: size).quotient
    return Timestamp(microseconds: steps * size + align)
  }
}
