import Testing

@testable import Drift

@Suite("Kolmogorov–Smirnov laws against scipy and mpmath")
struct KolmogorovTests {
  @Test("the one-sided tail keeps 12 digits of its logarithm at every size")
  func oneSided() throws {
    let golden = try Golden()
    for expected in golden.oneSided.cases + golden.oneSidedHuge.cases {
      let logarithm = SmirnovDistribution.logTail(expected.x, count: expected.n)
      #expect(
        abs(logarithm - expected.logP) < 1e-12 * max(1, -expected.logP),
        "n \(expected.n), x \(expected.x): \(logarithm), not \(expected.logP)"
      )
    }
  }

  @Test("the two-sided tail of one sample equals scipy's kstwo")
  func twoSided() throws {
    for expected in try Golden().kolmogorov.cases {
      let tail = KolmogorovDistribution.tail(expected.x, count: expected.n)
      #expect(
        relativeError(tail.value, expected.p) < 1e-10,
        "n \(expected.n), x \(expected.x): \(tail.value), not \(expected.p)"
      )
    }
  }

  @Test("the exact p-value of two samples equals scipy's")
  func exact() throws {
    for expected in try Golden().twoSampleExact.cases {
      let (d, p) = (try #require(expected.d), try #require(expected.p))
      let tail = KolmogorovSmirnov.exactTail(distance: d, Int(expected.m), Int(expected.n))
      let comment: Comment = "m \(expected.m), n \(expected.n), d \(d): not \(p)"
      guard let tail else {
        #expect(p < 1e-300, comment)
        continue
      }
      #expect(relativeError(tail.value, p) < 1e-11 || p < 1e-300, comment)
    }
  }

  @Test("below the smallest double the logarithm of equal sizes is exact")
  func deep() throws {
    for expected in try Golden().twoSampleDeep.cases {
      let (d, logarithm) = (try #require(expected.d), try #require(expected.logP))
      let tail = KolmogorovSmirnov.exactTail(distance: d, Int(expected.m), Int(expected.n))
      #expect(relativeError(try #require(tail).logarithm, logarithm) < 1e-13)
    }
  }

  @Test("the asymptotic p-value equals scipy's kstwo at the effective size")
  func asymptotic() throws {
    for expected in try Golden().twoSampleAsymptotic.cases {
      let (d, p) = (try #require(expected.d), try #require(expected.p))
      let tail = KolmogorovSmirnov.asymptoticTail(distance: d, expected.m, expected.n)
      #expect(
        relativeError(tail.value, p) < 1e-11,
        "m \(expected.m), n \(expected.n), d \(d): \(tail.value), not \(p)"
      )
    }
  }

  @Test("separated samples have the exact smallest probability, with a finite logarithm")
  func separated() throws {
    for expected in try Golden().separated.cases {
      let tail = KolmogorovSmirnov.asymptoticTail(distance: 1, expected.m, expected.n)
      #expect(relativeError(tail.logarithm, try #require(expected.logP)) < 1e-12)
    }
  }

  @Test("the tail falls with the distance, across the seams of the methods")
  func monotone() {
    for count in [1, 2, 5, 50, 140, 141, 1000, 100_000, 1e7, 1e10] {
      var last = 0.0
      for step in 1..<400 {
        let x = Double(step) / 20 / count.squareRoot()
        guard x < 1 else { break }
        let tail = KolmogorovDistribution.tail(x, count: count)
        #expect(tail.logarithm <= last + 3e-6, "n \(count), x \(x)")
        #expect(tail.logarithm.isFinite)
        last = tail.logarithm
      }
    }
  }

  @Test("windows, which take no large matrices, are off by less than 2e-6")
  func quickly() throws {
    for expected in try Golden().kolmogorov.cases {
      let tail = KolmogorovDistribution.tail(expected.x, count: expected.n, matrixLimit: 500)
      #expect(abs(tail.value - expected.p) < 2e-6 * expected.p, "\(expected.n), \(expected.x)")
    }
  }
}
