import TestSupport
import Testing

@testable import Drift

@Suite("Percentiles")
struct QuantileTests {
  @Test("each percentile has one name, which says all of it")
  func names() throws {
    for name in [
      "p0.001", "p0.5", "p1", "p2.5", "p5", "p9.09", "p33", "p33.333", "p50", "p99.9", "p99.999",
    ] { #expect(try #require(Percentile(name)).name == name) }
    #expect(Percentile("p50") == .median)
  }

  @Test(
    "what is none, has more than three decimals or another spelling has no name",
    arguments: [
      "", "p", "p0", "p0.0", "p100", "p100.0", "p99.99999", "p0.0001", "p05", "p50.0", "p2.50",
      "p.5", "p5.", "p98.5.1", "p-5", "p+5", "p1e1", "P50", "50", "x50", "p٣", "p5 ", "pp5", "q50",
      "p18446744073709551615", "p0.-05",
    ]
  )
  func noNames(_ text: String) { #expect(Percentile(text) == nil) }

  @Test("as numpy.quantile(method='inverted_cdf'), from a value to a thousand, ties included")
  func numpy() throws {
    // numpy 2.4.6: numpy.quantile(values, percent / 100, method='inverted_cdf')
    let percentiles = [
      "p0.001", "p0.1", "p2.5", "p33", "p33.333", "p50", "p66.667", "p97.5", "p99", "p99.9",
      "p99.999",
    ]
    let thousand = (1...1_000).map(Double.init)
    let expected: [(values: [Double], quantiles: [Double])] = [
      (thousand, [1, 1, 25, 330, 334, 500, 667, 975, 990, 999, 1000]),
      (
        Array(repeating: 0, count: 990) + [5, 5, 5, 5, 5, 5, 5, 5, 5, 7],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 7]
      ),
      ([3, 1, 2], [1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3]),
      ([4.5], Array(repeating: 4.5, count: 11)),
      (
        (1...1_000).map { Double($0 * $0 % 997) },
        [0, 0, 22, 311, 314, 495, 681, 972, 985, 996, 996]
      ),
    ]
    for (values, quantiles) in expected {
      for (name, value) in zip(percentiles, quantiles) {
        let percentile = try #require(Percentile(name))
        let profiling = Profiling(values, values, percentiles: [percentile])
        for field in [profiling.exact(), profiling.counted()] {
          let measured = Quantile.measure(percentile, field)
          #expect(measured.value == value && measured.bound ?? 0 == 0, "\(name)")
        }
      }
    }
  }

  @Test("the smallest value with at least this share at or below it, by its definition")
  func definition() throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let count = Int(random.next() % (seed.isMultiple(of: 3) ? 400 : 8)) + 1
      let values = (0..<count).map { _ in Double(random.next() % 40) / 4 }
      let thousandths: [UInt64] =
        [1, 99_999, 50_000, 100_000 / UInt64(count + 1)]
        + (0..<8).map { _ in 1 + random.next() % 99_999 }
      let percentiles = thousandths.map { Percentile(thousandths: $0) }
      let field = Profiling([0, 10], values, percentiles: percentiles).exact()
      for (percentile, part) in zip(percentiles, thousandths) {
        let value = values.sorted().first { candidate in
          UInt64(values.count { $0 <= candidate }) * 100_000 >= UInt64(count) * part
        }
        #expect(
          Quantile.measure(percentile, field).value == value,
          "\(percentile.name) of \(count)"
        )
      }
    }
  }

  @Test("ranks of counts near the largest are exact")
  func largeCounts() throws {
    // -(-(2**64 - 1) * 99_999 // 100_000) and so on, by Python's integers
    for (name, rank) in [
      ("p99.999", 18_446_559_606_268_814_520), ("p0.001", 184_467_440_737_096),
      ("p33.333", 6_148_853_202_089_604_840), ("p50", 9_223_372_036_854_775_808),
    ] as [(String, UInt64)] { #expect(try #require(Percentile(name)).rank(in: .max) == rank) }
  }

  @Test("a percentile that nobody asked for is not there")
  func notAsked() throws {
    let field = Profiling([1, 2], [1, 2], percentiles: []).counted()
    #expect(Quantile.measure(.median, field).value == 1)
    #expect(Quantile.measure(try #require(Percentile("p99")), field) == Measurement(nil))
  }
}
