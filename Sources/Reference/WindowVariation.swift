/// How far each window of a reference stands from the other parts of it, exactly.
///
/// With w values in the window and r in the other parts D = |Σ| / (w r), where all sums are
/// integers; the values of the other parts are those of all parts less those of the window's own.
struct WindowVariation {
  /// Values of each window.
  let sizes: [UInt64]
  let parts: WindowParts
  /// Values in all parts together, and in each.
  private let total: UInt64
  private let totals: [UInt64]

  /// - Parameters:
  ///   - sizes: Values of each window.
  ///   - order: The windows in time.
  init(sizes: [UInt64], order: WindowOrder) {
    self.sizes = sizes
    parts = WindowParts(order, sizes: sizes)
    totals = parts.sums(sizes)
    total = totals.reduce(0, +)
  }

  /// The values in the parts beside a window's own; nil where it cannot be compared.
  func others(of window: Int) -> UInt64? {
    guard let part = parts.parts[window], sizes[window] > 0, totals[part] < total else {
      return nil
    }
    return total - totals[part]
  }

  /// By how much each window is beyond chance; nil where it cannot be compared.
  func bounds(
    _ distances: [Double?],
    bound: (_ distance: Double, _ current: UInt64, _ others: UInt64) -> Double
  ) -> [Double?] {
    distances.enumerated().map { window, distance in
      guard let distance, let others = others(of: window) else { return nil }
      return bound(distance, sizes[window], others)
    }
  }

  private func distance(_ window: Int, scaled: Int128) -> Double? {
    others(of: window).map { Double(scaled) / (Double(sizes[window]) * Double($0)) }
  }

  /// Kolmogorov–Smirnov distance of each window to the other parts; nil where there is none.
  ///
  /// A window's function is flat between its own values and that of the others is monotone, so the
  /// largest difference is reached at one of the window's values or just before it.
  ///
  /// - Complexity: Once through the values; memory O(windows).
  func kolmogorovSmirnov(_ tallies: Tallies<Double>) throws(ReferenceError) -> [Double?] {
    var below = [UInt64](repeating: 0, count: sizes.count)
    var before = PartCounts()
    var largest = [Int128](repeating: 0, count: sizes.count)
    try tallies.forEachValue { _, windows in
      var after = before
      for tally in windows { after.add(tally, parts) }
      for tally in windows {
        let window = Int(tally.window)
        guard let part = parts.parts[window] else { continue }
        let start = difference(below[window], in: window, of: before.others(of: part))
        below[window] += tally.count
        let end = difference(below[window], in: window, of: after.others(of: part))
        largest[window] = max(largest[window], abs(start), abs(end))
      }
      before = after
    }
    return sizes.indices.map { distance($0, scaled: largest[$0]) }
  }

  /// Total variation distance of each window to the other parts, and Σ √(r (1 − r)) over the cells,
  /// r their shares in all parts together.
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
    var allOther = PartCounts()
    var spread = 0.0
    try tallies.forEachValue { text, windows in
      guard kept.contains(text) else {
        for tally in windows {
          allOther.add(tally, parts)
          other[Int(tally.window)] += tally.count
        }
        return
      }
      var all = PartCounts()
      for tally in windows { all.add(tally, parts) }
      spread += standardDeviation(of: all.total)
      for tally in windows {
        let window = Int(tally.window)
        guard let part = parts.parts[window] else { continue }
        positive[window] += max(0, difference(tally.count, in: window, of: all.others(of: part)))
      }
    }
    spread += standardDeviation(of: allOther.total)
    let distances: [Double?] = sizes.indices.map { window in
      guard let part = parts.parts[window] else { return nil }
      let last = max(0, difference(other[window], in: window, of: allOther.others(of: part)))
      return distance(window, scaled: positive[window] + last)
    }
    return (distances, spread)
  }

  /// (share of the window − share of the others) · window · others.
  private func difference(_ count: UInt64, in window: Int, of others: UInt64) -> Int128 {
    guard let size = self.others(of: window) else { return 0 }
    return Int128(count) * Int128(size) - Int128(others) * Int128(sizes[window])
  }

  private func standardDeviation(of count: UInt64) -> Double {
    let share = Double(count) / Double(total)
    return (share * (1 - share)).squareRoot()
  }
}

/// Values counted by part; those of windows without a part are not.
private struct PartCounts {
  private var counts = SIMD4<UInt64>()
  private(set) var total: UInt64 = 0

  mutating func add<Key>(_ tally: Tally<Key>, _ parts: WindowParts) {
    guard let part = parts.parts[Int(tally.window)] else { return }
    counts[part] += tally.count
    total += tally.count
  }

  /// Values of all parts but one.
  func others(of part: Int) -> UInt64 { total - counts[part] }
}
