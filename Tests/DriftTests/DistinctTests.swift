import Sketches
import TestSupport
import Testing

@testable import Drift

/// Against counts by a dictionary.
@Suite("Different values")
struct DistinctTests {
  /// What a stream holds, and what is said of it.
  private struct Counted {
    var sketch = DistinctSketch()
    var counts: [UInt64: UInt64] = [:]

    mutating func add(_ value: UInt64, times: UInt64 = 1) {
      var hash = SplitMix64(seed: value)
      sketch.record(hash: hash.next(), count: times)
      counts[value, default: 0] += times
    }

    var total: UInt64 { counts.values.reduce(0, +) }
    var distinct: Double { Double(counts.count) }
    var repeats: Double { Double(total) - distinct }
    var singles: Double { Double(counts.values.count { $0 == 1 }) }
  }

  private func contains(_ bracket: Bracket, _ value: Double) -> Bool {
    bracket.lower <= value && value <= bracket.upper
      && bracket.lower <= bracket.value && bracket.value <= bracket.upper
  }

  @Test(
    "within three standard errors of the truth, whatever repeats",
    arguments: 0..<60 as Range<UInt64>
  )
  func bounds(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var counted = Counted()
    let values = [50, 1_000, 1_024, 1_025, 5_000, 60_000][Int(seed % 6)]
    for value in 0..<UInt64(values) {
      let isRepeated = seed % 3 > 0 && generator.next() % 100 < 2 * (seed % 3)
      counted.add(value << 32 | seed, times: isRepeated ? 1 + generator.next() % 4 : 1)
    }
    // One value that came very often, which the sample may miss.
    if seed % 5 == 0 { counted.add(.max - seed, times: UInt64(values)) }
    let estimate = DistinctEstimate(counted.sketch)
    #expect(contains(estimate.distinct, counted.distinct))
    #expect(contains(estimate.repeats, counted.repeats))
    #expect(contains(estimate.singles, counted.singles))
    #expect(abs(estimate.distinct.value + estimate.repeats.value - Double(counted.total)) < 1e-6)
    guard counted.counts.count > DistinctSketch.capacity else {
      #expect(estimate.distinct.value == counted.distinct)
      #expect(estimate.singles.value == counted.singles)
      return
    }
    // 3 / sqrt(1,022) on either side.
    #expect(estimate.distinct.upper <= counted.distinct * 1.22)
  }

  @Test("all values different: nothing repeats, however many")
  func allDifferent() {
    var counted = Counted()
    for value in 0..<100_000 as Range<UInt64> { counted.add(value) }
    let estimate = DistinctEstimate(counted.sketch)
    #expect(estimate.distinct.value == 100_000)
    #expect(estimate.repeats.value == 0)
    #expect(estimate.singles.value == 100_000)
  }

  @Test("one per cent of repetitions among 200,000 ids shows as about one per cent")
  func fewDuplicates() throws {
    var counted = Counted()
    for value in 0..<200_000 as Range<UInt64> {
      counted.add(value, times: value % 100 == 0 ? 2 : 1)
    }
    let share = DistinctValues.duplicates([counted.sketch])
    let value = try #require(share.value)
    #expect(abs(value - 2_000 / 202_000) < 0.01)
    let bound = try #require(share.bound)
    #expect(bound < 0.1)
  }

  @Test("half of the records have one and the same id: seen although the sample misses it")
  func heavyHitter() throws {
    var counted = Counted()
    for value in 0..<100_000 as Range<UInt64> { counted.add(value) }
    counted.add(1 << 40, times: 100_000)
    let value = try #require(DistinctValues.duplicates([counted.sketch]).value)
    #expect(abs(value - 0.5) < 0.05)
  }

  @Test("ids of two model versions are no repetitions of one another")
  func versions() {
    var (one, other) = (Counted(), Counted())
    for value in 0..<10 as Range<UInt64> {
      one.add(value)
      other.add(value, times: value < 2 ? 2 : 1)
    }
    #expect(DistinctValues.duplicates([one.sketch, other.sketch]).value == 2.0 / 22)
    #expect(DistinctValues.duplicates([DistinctSketch()]).value == nil)
  }
}

@Suite("Event lag")
struct EventLagTests {
  @Test("percentiles as numpy's inverted_cdf, up to a sixteenth")
  func percentiles() throws {
    var lags = LagCounts()
    for milliseconds in 1...1_000 as ClosedRange<Int64> { lags.record(milliseconds: milliseconds) }
    for (name, exact) in [
      ("p0.001", 0.001), ("p1", 0.010), ("p50", 0.5), ("p90", 0.9), ("p99.9", 0.999),
      ("p99.901", 1), ("p99.999", 1),
    ] {
      let measured = EventLag.measure(try #require(Percentile(name)), lags)
      let value = try #require(measured.value)
      #expect(value >= exact && value <= exact * (1 + 1 / 16.0) + 0.001)
      #expect(measured.lower ?? value <= exact)
    }
    #expect(EventLag.measure(.median, LagCounts()).value == nil)
    #expect(EventLag.measure(.median, nil).value == nil)
  }

  @Test("an event ahead of the broker's time has a lag of 0")
  func ahead() {
    var lags = LagCounts()
    lags.record(milliseconds: -5_000)
    #expect(EventLag.measure(.median, lags).value == 0)
  }
}
