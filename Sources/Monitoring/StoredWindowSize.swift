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
    var places: Set<Int> = []
    var last: Timestamp?
    for (place, window) in windows.enumerated()
    where !window.isGap && window.length == specification.size && window.start != last {
      let start = window.start.microseconds - specification.align.microseconds
      guard start.isMultiple(of: specification.every.microseconds) else { continue }
      last = window.start
      places.insert(place)
    }
    self.places = places
    isComplete = !places.isEmpty
  }
}

extension StoredWindow {
  var length: Duration { totals.window }

  /// Accepted records of all model versions.
  var records: UInt64 {
    populations.reduce(into: 0) { $0.add($1.segment == Self.all ? $1.records : 0) }
  }
}
