import Foundation

/// How many times more the shares of a reference vary than those of independent records, as ten
/// blocks of consecutive records in each of its windows tell.
///
/// What a block differs by from its window, less what its place in the window differs by in all of
/// them: a cycle that each window repeats is no spell.
struct DesignEffect {
  private static let blocks = 10

  /// 1 unless it is above that by more than two standard errors.
  let value: Double

  /// - Parameters:
  ///   - windows: Values of each window in their order, as many in each.
  ///   - isNumeric: Whether shares are of what is below the deciles; else of each category.
  init(_ windows: [[Double]], isNumeric: Bool) {
    let sorted = windows.flatMap { $0 }.sorted()
    let levels =
      isNumeric
      ? (1...9).map { sorted[sorted.count * $0 / 10] } : Array(Set(sorted)).sorted()
    let size = (windows.first?.count ?? 0) / Self.blocks
    let freedom = Double((windows.count - 1) * (Self.blocks - 1))
    var (found, expected) = (0.0, 0.0)
    for level in levels {
      let shares = windows.map { window in
        (0..<Self.blocks).map { block in
          let values = window[block * size..<(block + 1) * size]
          let hits = values.count { isNumeric ? $0 < level : $0 == level }
          return Double(hits) / Double(size)
        }
      }
      let ofPlaces = (0..<Self.blocks).map { block in Self.mean(shares.map { $0[block] }) }
      let share = Self.mean(ofPlaces)
      for window in shares {
        let own = Self.mean(window)
        for (block, value) in window.enumerated() {
          let rest = value - own - ofPlaces[block] + share
          found += rest * rest / freedom
        }
      }
      expected += share * (1 - share) / Double(size)
    }
    let ratio = found / expected
    value = ratio > 1 + 2 * (2 / freedom).squareRoot() ? ratio : 1
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
