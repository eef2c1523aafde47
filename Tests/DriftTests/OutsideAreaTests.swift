import Sketches
import TestSupport
import Testing

@testable import Drift

/// Windows with values on both sides of a reference that is narrow for where it lies.
@Suite("Areas outside the reference's range")
struct OutsideAreaTests {
  /// Mean distance of the sorted values: ∫ |F − G| of two samples of the same size.
  private func truth(_ reference: [Double], _ current: [Double]) -> Double {
    let pairs = zip(reference.sorted(), current.sorted())
    return pairs.reduce(0) { $0 + abs($1.0 - $1.1) } / Double(reference.count)
  }

  /// The distance, which lies between its ends.
  private func distance(_ reference: [Double], _ current: [Double]) throws -> Bracket {
    let field = Profiling(reference, current).counted()
    let measured = Wasserstein.measure(field)
    let value = try #require(measured.value)
    let found = Bracket(
      lower: measured.lower ?? value,
      value: value,
      upper: measured.upper ?? value
    )
    let expected = truth(reference, current)
    // what a sum of a thousand differences of such doubles is rounded by
    let digits = 1e-15 * (reference + current).reduce(0) { max($0, abs($1)) }
    #expect(found.lower <= expected + digits && expected <= found.upper + digits)
    return found
  }

  @Test("around a constant the distance is known to steps of the moments")
  func constant() throws {
    let constant = [Double](repeating: 1_000_000, count: 1000)
    let current =
      [Double](repeating: 1_000_000, count: 900) + [Double](repeating: 1_000_000.001, count: 50)
      + [Double](repeating: 999_999.999, count: 50)
    let found = try distance(constant, current)
    // the square root of a tenth times the mean square of values of 0.001 and half a step of 2^-12
    #expect(found.lower == 0 && found.upper < 1.5e-4 && found.value < 1e-4)

    let small = [Double](repeating: 0.05, count: 1000)
    var random = SplitMix64(seed: 6)
    let noise = small.map { $0 + (random.uniform() - 0.5) * 2e-12 }
    let noisy = try distance(small, noise)
    // half a step of 2^-36 that the constant is rounded by, and half a one for all
    #expect(noisy.upper < 1.1 * 0x1p-36)
  }

  @Test("of a spread far below the magnitude, too, both ends hold")
  func narrow() throws {
    for (centre, spread) in [(1e6, 1e-4), (1e6, 1), (-3e9, 1), (1e12, 1e-3), (5, 1e-9), (0, 1)] {
      var random = SplitMix64(seed: 7)
      func draw(_ width: Double) -> [Double] {
        Population.normal.sample(1000, &random).map { centre + width * spread * $0 }
      }
      let reference = draw(1)
      for width in [0.5, 1, 2, 10, 1000] { _ = try distance(reference, draw(width)) }
      let wide = try distance(reference, draw(10))
      // Cauchy's inequality gives away this much of normal values
      #expect(wide.upper < 2 * truth(reference, reference.map { $0 + 10 * spread }))
      let one = reference.dropLast(2) + [centre - 50 * spread, centre + 50 * spread]
      _ = try distance(reference, Array(one))
    }
  }

  @Test("values on both sides of any constant lie between both ends")
  func anyConstant() throws {
    var random = SplitMix64(seed: 8)
    for exponent in stride(from: -12, through: 15, by: 3) {
      let constant = (1 + random.uniform()) * Self.powers[exponent + 12]
      let reference = [Double](repeating: constant, count: 400)
      for step in [1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1, 1000] {
        let current = reference.enumerated().map { index, value in
          index % 8 == 0 ? value * (1 + step * (random.uniform() - 0.5)) : value
        }
        let found = try distance(reference, current)
        // an eighth lies outside: 1/4 of a step away, its root mean square times √8 at most
        let most = abs(constant) * (step * 0.29 / 2.8 + 2e-10)
        #expect(found.upper < most, "\(constant), \(step)")
      }
    }
  }

  private static let powers = (-12...15).map { exponent in
    (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
  }
}
