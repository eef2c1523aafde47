/// The windows of some rows in time, and which of them tell what is natural.
struct WindowOrder {
  /// Rows that a window has as a rule.
  let usual: UInt64
  /// Windows at the ends with fewer than half of that: what cut the data cut them short.
  let partial: [Int]
  /// All others; all windows where fewer than two would be left.
  let counted: [Int]

  /// - Parameters:
  ///   - inTime: Windows in time.
  ///   - rows: Rows of each window; one without any is no window of these rows.
  init(_ inTime: [Int], rows: [UInt64]) {
    let windows = inTime.filter { $0 < rows.count && rows[$0] > 0 }
    let usual = windows.isEmpty ? 0 : windows.map { rows[$0] }.sorted()[windows.count / 2]
    let ends = Set([windows.first, windows.last].compactMap { $0 })
    let partial = windows.filter { ends.contains($0) && rows[$0] < usual / 2 }
    let whole = windows.filter { !partial.contains($0) }
    (self.usual, self.partial) = (usual, partial)
    counted = whole.count < 2 ? windows : whole
  }
}
