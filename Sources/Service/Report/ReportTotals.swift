internal import Records
internal import Sketches

/// What became of the records of windows of one size, each record counted once.
struct ReportTotals: Sendable {
  private(set) var read: UInt64 = 0
  private(set) var late: UInt64 = 0
  private(set) var rejected: [String: UInt64] = [:]
  private(set) var filtered: UInt64 = 0
  /// Windows that differ in time, those without records too.
  private(set) var windows = 0
  /// Windows without any record that one record stands for.
  private(set) var emptyWindows: UInt64 = 0
  /// Windows some of whose records were lost or counted twice.
  private(set) var violated = 0
  private(set) var start: Timestamp?
  private(set) var end: Timestamp?
  /// Start and end of the last window.
  private var last: (end: Timestamp, start: Timestamp)?
  private var countedThrough: Timestamp?

  /// Records counted in a window: all others have another fate.
  var accepted: UInt64 {
    [late, filtered, unusable].reduce(read) { $0 - min($0, $1) }
  }

  /// Records that could not be used, for whatever reason.
  var unusable: UInt64 { rejected.values.reduce(into: 0) { $0.add($1) } }

  /// Takes the next record of all records of a window.
  mutating func take(_ window: BoardWindow) {
    start = min(start ?? window.start, window.start)
    end = max(end ?? window.end, window.end)
    guard window.emptyWindows == 0 else { return emptyWindows.add(window.emptyWindows) }
    if last.map({ ($0.end, $0.start) != (window.end, window.start) }) ?? true {
      windows += 1
      if !window.isIntact { violated += 1 }
      last = (window.end, window.start)
    }
    // What was read stands on the first model version's record; windows may overlap.
    guard window.read > 0, window.start >= countedThrough ?? window.start else { return }
    countedThrough = window.end
    read.add(window.read)
    late.add(window.late)
    filtered.add(window.filtered)
    for (reason, count) in window.rejected { rejected[reason, default: 0].add(count) }
  }
}
