import Records
import Rules
import Sketches
import Windowing

/// The windows of one size among those that were stored: a window that several sizes have is
/// written under one of them.
struct StoredWindowSize: Sendable {
  let specification: WindowSpecification
  /// Positions of its windows among all.
  let places: Set<Int>
  /// Whether there are some, and none that there must have been is missing.
  let isComplete: Bool

  /// Finds them.
  ///
  /// - Parameters:
  ///   - specification: The size.
  ///   - windows: All that were stored, by their ends.
  ///   - hasEnded: Whether no more come, so that what waited for records has closed, too.
  init(_ specification: WindowSpecification, among windows: [StoredWindow], hasEnded: Bool) {
    self.specification = specification
    guard specification.minRecords == nil else {
      var chain = WaitingWindowChain(specification, windows, hasEnded: hasEnded)
      chain.follow()
      places = chain.places
      isComplete = !chain.isBroken && !places.isEmpty
      return
    }
    let fixed = Self.fixed(specification, windows)
    places = Set(fixed)
    let starts = fixed.map { windows[$0].start.microseconds }
    isComplete = !Self.hasHole(starts, specification, windows, hasEnded)
  }

  /// The windows of a size that does not wait, each once, by their starts.
  private static func fixed(
    _ specification: WindowSpecification,
    _ windows: [StoredWindow]
  ) -> [Int] {
    var places: [Int] = []
    for (place, window) in windows.enumerated()
    where !window.isGap && window.length == specification.size
      && window.start != places.last.map({ windows[$0].start })
    {
      let start = window.start.microseconds - specification.align.microseconds
      if start.isMultiple(of: specification.every.microseconds) { places.append(place) }
    }
    return places
  }

  /// Whether windows of a size that does not wait are missing: between two others without a gap, or
  /// before the first or behind the last where there are records.
  private static func hasHole(
    _ starts: [Int64],
    _ specification: WindowSpecification,
    _ windows: [StoredWindow],
    _ hasEnded: Bool
  ) -> Bool {
    guard let first = starts.first, let last = starts.last else { return true }
    let (size, every) = (specification.size.microseconds, specification.every.microseconds)
    let text = DurationText.text(of: specification.size)
    let gaps = windows.filter { $0.isGap && $0.size == text && $0.minRecords == nil }
    let isBroken = zip(starts, starts.dropFirst()).contains { start, next in
      next - start != every
        && !gaps.contains {
          $0.start.microseconds <= start + every && $0.end.microseconds > next - every
        }
    }
    // Once a window that begins behind the last is over, so is the next, if it ends no later.
    let isOver =
      hasEnded || windows.last.map { $0.end.microseconds >= last + every + size } ?? false
    return isBroken
      || windows.contains { window in
        guard !window.isGap, window.records > 0 else { return false }
        let (start, end) = (window.start.microseconds, window.end.microseconds)
        let isBefore = start >= first - every && end <= first - every + size
        return isBefore || end <= first || isOver && start >= last + every
      }
  }
}

extension StoredWindow {
  var length: Duration { totals.window }

  /// Accepted records of all model versions.
  var records: UInt64 {
    populations.reduce(into: 0) { $0.add($1.segment == Self.all ? $1.records : 0) }
  }
}
