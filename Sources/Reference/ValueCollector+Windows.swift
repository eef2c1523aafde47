// The windows of what was collected, in time.

extension ValueCollector {
  /// Rows that a window has as a rule; nil when windows are not told apart.
  var usualRows: UInt64? {
    window == nil || rowsByWindow.isEmpty ? nil : rowsByWindow.sorted()[rowsByWindow.count / 2]
  }

  /// Windows at the ends of the data, in time, with fewer than half of the usual rows: what cut the
  /// data cut them short.
  var partialWindows: [Int] {
    guard let usualRows else { return [] }
    let ends = Set([windowsInTime.first, windowsInTime.last].compactMap { $0 })
    return windowsInTime.filter { ends.contains($0) && rowsByWindow[$0] < usualRows / 2 }
  }

  /// Windows that `natural` is learned from, in time: all but those cut short, unless fewer than
  /// two are left.
  var wholeWindows: [Int] {
    let partial = partialWindows
    let whole = windowsInTime.filter { !partial.contains($0) }
    return whole.count < 2 ? windowsInTime : whole
  }

  private var windowsInTime: [Int] {
    windows.sorted { $0.key < $1.key }.map { Int($0.value) }
  }
}
