import Foundation
import Sketches
import Testing

@testable import Drift

/// How often tests cry wolf, worked out over all windows instead of drawn: nothing is left to
/// chance where bins are as small as they may be, and 0.001 can be told from 0.002.
@Suite("Exact sizes")
struct ExactSizeTests {
  private static let levels = [0.05, 0.01, 0.001]
  private static let tests = [ChiSquared.measure, PopulationStability.measure]

  /// The probability of p-values below each level, by test, for a window of so many values whose
  /// true shares are those of a reference.
  private static func sizes(
    _ reference: [UInt64],
    _ count: Int,
    isNumeric: Bool
  ) -> [[Double]] {
    let total = Double(reference.total)
    let shares = reference.map { log(Double($0) / total) }
    var sizes = tests.map { _ in levels.map { _ in 0.0 } }
    for window in windows(of: count, over: reference.count) {
      let logarithm = zip(window, shares).reduce(lgamma(Double(count) + 1)) { sum, bin in
        sum + Double(bin.0) * bin.1 - lgamma(Double(bin.0) + 1)
      }
      // all of these together are too improbable to count
      guard logarithm > log(1e-11) else { continue }
      var field = comparison(reference: reference + [0], current: window.map(UInt64.init) + [0])
      field.isNumeric = isNumeric
      for (test, measure) in tests.enumerated() {
        let p = measure(field).pValue ?? .nan
        for (index, level) in levels.enumerated() where p < level {
          sizes[test][index] += exp(logarithm)
        }
      }
    }
    return sizes
  }

  /// All ways to put so many values into bins.
  private static func windows(of count: Int, over bins: Int) -> [[Int]] {
    guard bins > 1 else { return [[count]] }
    return (0...count).flatMap { first in
      windows(of: count - first, over: bins - 1).map { [first] + $0 }
    }
  }

  /// A tenth more than α, and at 0.001 half as much again: with bins of 5 expected values, and half
  /// a value added to each for `psi`, 0.20 % of 52 values had p < 0.001, and 1.7 % p < 0.01.
  @Test(
    "p-values of small bins are below α as often as α, or next to it",
    arguments: [
      ([7, 1, 1, 1], 52), ([7, 1, 1, 1], 102), ([1, 1, 1, 1], 21), ([1, 1, 1, 1], 41),
    ],
    [true, false]
  )
  func smallBins(window: (shares: [UInt64], count: Int), isNumeric: Bool) {
    let reference = window.shares.map { 1_000_000 * $0 }
    for sizes in Self.sizes(reference, window.count, isNumeric: isNumeric) {
      for (size, most) in zip(sizes, [0.055, 0.011, 0.0015]) {
        #expect(size > 0 && size < most, "\(sizes)")
      }
    }
  }

  /// Worked out by numpy and `scipy.special.chdtrc` in the same way.
  @Test("sizes are those of all windows")
  func known() {
    let sizes = Self.sizes([7_000_000, 1_000_000, 1_000_000, 1_000_000], 102, isNumeric: true)
    let known = [[0.049428, 0.010857, 0.001418], [0.040351, 0.007520, 0.000754]]
    for (size, known) in zip(sizes.joined(), known.joined()) { #expect(abs(size - known) < 1e-6) }
  }
}
