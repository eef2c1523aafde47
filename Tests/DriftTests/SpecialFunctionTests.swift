import Testing

@testable import Drift

@Suite("Special functions against mpmath")
struct SpecialFunctionTests {
  @Test("the chi-squared tail keeps 13 digits from 1 to e^-500000")
  func chiSquared() throws {
    for expected in try Golden().chiSquared.cases {
      let tail = SpecialFunctions.chiSquaredTail(
        expected.x,
        degreesOfFreedom: Int(expected.freedom)
      )
      let comment: Comment = "x \(expected.x), \(expected.freedom) degrees of freedom"
      #expect(relativeError(tail.logarithm, expected.logP) < 1e-13, comment)
      let allowed = 1e-13 * max(1, -expected.logP)
      #expect(relativeError(tail.value, expected.p) < allowed || expected.p < 1e-300, comment)
    }
  }

  @Test("a chi-squared variable without freedom is 0")
  func noFreedom() {
    #expect(SpecialFunctions.chiSquaredTail(0, degreesOfFreedom: 0) == .one)
    #expect(SpecialFunctions.chiSquaredTail(1, degreesOfFreedom: 0).value == 0)
    #expect(SpecialFunctions.chiSquaredTail(.infinity, degreesOfFreedom: 3).value == 0)
  }

  @Test("Stirling's remainder is off by less than 5e-15, and keeps 13 digits from 16 on")
  func stirlingError() throws {
    for expected in try Golden().stirlingError.cases {
      let value = SpecialFunctions.stirlingError(expected.x)
      #expect(abs(value - expected.value) < 5e-15, "x \(expected.x)")
      if expected.x >= 16 { #expect(relativeError(value, expected.value) < 1e-13) }
    }
  }

  @Test("the normal quantile keeps 14 digits")
  func normalQuantile() throws {
    for expected in try Golden().normalQuantile.cases {
      let z = SpecialFunctions.normalQuantile(expected.p)
      #expect(relativeError(z, expected.z) < 1e-14, "p \(expected.p)")
    }
  }
}
