/// How far each window of a reference stands from the rest of it, exactly.
///
/// With w values in a window and m in all, F_rest = (m F − w F_w) / (m − w), so the distance of a
/// window to the rest is that to the whole, times m / (m − w); nothing needs to be counted twice.
/// All sums are integers: D = |Σ| / (w (m − w)).
struct WindowVariation {
  /// Values of each window.
  let sizes: [UInt64]
  /// Values in all.
  let total: UInt64

  init(sizes: [UInt64]) {
    self.sizes = sizes
    total = sizes.reduce(0, +)
  }

  /// Whether a window can be compared: it has values, and so has the rest.
  func isComparable(_ window: Int) -> Bool { sizes[window] > 0 && sizes[window] < total }

  private func distance(_ window: Int, scaled: Int128) -> Double {
    Double(scaled) / (Double(sizes[window]) * Double(total - sizes[window]))
  }

  /// Kolmogorov–Smirnov distance of each window to the rest; nil where it cannot be compared.
  ///
  /// A window's function is flat between its own values and the whole's is monotone, so the
  /// largest difference is reached at one of the window's values or just before it.
  ///
  /// - Complexity: Once through the values; memory O(windows).
  func kolmogorovSmirnov(_ tallies: Tallies<Double>) throws(ReferenceError) -> [Double?] {
    var below = [UInt64](repeating: 0, count: sizes.count)
    var allBelow: UInt64 = 0
    var largest = [Int128](repeating: 0, count: sizes.count)
    try tallies.forEachValue { _, windows in
      let all = allBelow + windows.total()
      for tally in windows {
        let window = Int(tally.window)
        let before = difference(below[window], in: window, of: allBelow)
        below[window] += tally.count
        let after = difference(below[window], in: window, of: all)
        largest[window] = max(largest[window], abs(before), abs(after))
      }
      allBelow = all
    }
    return sizes.indices.map { isComparable($0) ? distance($0, scaled: largest[$0]) : nil }
  }

  /// Total variation distance of each window to the rest, and Σ √(r (1 − r)) over the cells.
  ///
  /// - Parameters:
  ///   - tallies: The field's categories.
  ///   - kept: The categories that are cells of their own; all others together are one more.
  /// - Returns: The distances, nil where a window cannot be compared, and the sum.
  /// - Throws: `temporaryFile`.
  /// - Complexity: Once through the values; memory O(windows).
  func totalVariation(
    _ tallies: Tallies<TextKey>,
    kept: Set<TextKey>
  ) throws(ReferenceError) -> (distances: [Double?], spread: Double) {
    // ½ Σ |difference| is the sum of the positive differences; where a window has none of a
    // category, its difference is negative
    var positive = [Int128](repeating: 0, count: sizes.count)
    var other = [UInt64](repeating: 0, count: sizes.count)
    var allOther: UInt64 = 0
    var spread = 0.0
    try tallies.forEachValue { text, windows in
      let all = windows.total()
      guard kept.contains(text) else {
        allOther += all
        for tally in windows { other[Int(tally.window)] += tally.count }
        return
      }
      spread += standardDeviation(of: all)
      for tally in windows {
        let window = Int(tally.window)
        positive[window] += max(0, difference(tally.count, in: window, of: all))
      }
    }
    spread += standardDeviation(of: allOther)
    let distances: [Double?] = sizes.indices.map { window in
      let last = max(0, difference(other[window], in: window, of: allOther))
      return isComparable(window) ? distance(window, scaled: positive[window] + last) : nil
    }
    return (distances, spread)
  }

  /// (share of the window − share of the whole) · window · whole.
  private func difference(_ count: UInt64, in window: Int, of all: UInt64) -> Int128 {
    Int128(count) * Int128(total) - Int128(all) * Int128(sizes[window])
  }

  private func standardDeviation(of count: UInt64) -> Double {
    let share = Double(count) / Double(total)
    return (share * (1 - share)).squareRoot()
  }
}
