import Records
import Rules
import Sketches
import Windowing

/// Finds the windows of one size among those that were stored: a window that several sizes have is
/// written under one of them.
struct StoredWindowSize: Sendable {
  let specification: WindowSpecification
  /// Nothing that begins before is one; nil before the first.
  private var next: Timestamp?
  /// Up to where windows in a row tell what came since `next`, and how much; nil where the next one
  /// was never written.
  private var told: (end: Timestamp, records: UInt64)?
  /// Whether one that there must have been is not there.
  private var isBroken = false

  init(_ specification: WindowSpecification) { self.specification = specification }

  /// Whether there were some, and those that wait for records follow on each other.
  var isComplete: Bool { next != nil && !isBroken }

  /// Whether a window is the next of the size.
  ///
  /// - Parameter stored: It ends no earlier than all before.
  /// - Returns: Whether it is; what is before it is none any more.
  mutating func take(_ stored: StoredWindow) -> Bool {
    let isOwn =
      stored.size == DurationText.text(of: specification.size)
      && stored.minRecords == specification.minRecords
    guard next.map({ stored.start >= $0 }) ?? true else { return false }
    guard !stored.isGap else {
      if isOwn { goOn(at: stored.end) }
      return false
    }
    guard specification.minRecords == nil else {
      guard isOwn || isNext(stored) else { return false }
      goOn(at: stored.end)
      return true
    }
    let start = stored.start.microseconds - specification.align.microseconds
    guard stored.length == specification.size,
      start.isMultiple(of: specification.every.microseconds)
    else { return false }
    next = Timestamp(microseconds: stored.start.microseconds + 1)
    return true
  }

  private mutating func goOn(at end: Timestamp) { (next, told) = (end, (end, 0)) }

  /// Whether a window of another size is the next that waits for records: it begins where the last
  /// one ended and has enough of them, or has waited as long as it can.
  ///
  /// Where shorter ones say that there were enough before its end, the next was never written.
  private mutating func isNext(_ stored: StoredWindow) -> Bool {
    guard let start = next else { return isFull(stored) }
    guard var told else { return false }
    if stored.start == start, isFull(stored) { return true }
    guard stored.start == told.end else { return false }
    told.end = stored.end
    told.records.add(stored.records)
    self.told = told
    let length = Duration.microseconds(stored.end.microseconds - start.microseconds)
    let isFull = specification.canLast(length) && told.records >= specification.minRecords ?? 0
    if isFull || length >= specification.longest { (self.told, isBroken) = (nil, true) }
    return false
  }

  private func isFull(_ stored: StoredWindow) -> Bool {
    specification.canLast(stored.length)
      && (stored.records >= specification.minRecords ?? 0
        || stored.length == specification.longest)
  }
}

extension StoredWindow {
  fileprivate var length: Duration { totals.window }

  /// Accepted records of all model versions.
  fileprivate var records: UInt64 {
    populations.reduce(into: 0) { $0.add($1.segment == Self.all ? $1.records : 0) }
  }
}
