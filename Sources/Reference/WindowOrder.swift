/// The windows of some rows in time, and which of them are whole.
struct WindowOrder {
  /// Rows that a window has as a rule.
  let usual: UInt64
  /// The first window where it has fewer than half of that: the data begin in the middle of it.
  let cutStart: Int?
  /// The last window likewise.
  let cutEnd: Int?
  /// All others, in time; all windows where fewer than two would be left.
  let whole: [Int]

  /// - Parameters:
  ///   - inTime: Windows in time.
  ///   - rows: Rows of each window; one without any is no window of these rows.
  init(_ inTime: [Int], rows: [UInt64]) {
    let windows = inTime.filter { $0 < rows.count && rows[$0] > 0 }
    let usual = windows.isEmpty ? 0 : windows.map { rows[$0] }.sorted()[windows.count / 2]
    let cut = [windows.first, windows.last].map { $0.flatMap { rows[$0] < usual / 2 ? $0 : nil } }
    let whole = windows.filter { !cut.contains($0) }
    self.usual = usual
    let isEnough = whole.count > 1
    (cutStart, cutEnd) = isEnough ? (cut[0], cut[1]) : (nil, nil)
    self.whole = isEnough ? whole : windows
  }
}
