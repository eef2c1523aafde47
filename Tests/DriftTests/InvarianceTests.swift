import TestSupport
import Testing

@testable import Drift

@Suite("Laws of statistics on seeded random samples")
struct InvarianceTests {
  /// Three samples with ties, of different sizes.
  private static func samples(_ seed: UInt64) -> [[Double]] {
    var generator = SplitMix64(seed: seed)
    return (0..<3).map { _ in
      let shift = Double(generator.next() % 4) / 2
      return (0..<Int(generator.next() % 40) + 2).map { _ in
        generator.next() % 4 == 0
          ? Double(generator.next() % 6) : generator.uniform() * 6 + shift
      }
    }
  }

  private static func field(_ left: [Double], _ right: [Double]) -> FieldComparison {
    Profiling(left, right).exact()
  }

  private static func value(
    _ measure: (FieldComparison) -> Measurement,
    _ left: [Double],
    _ right: [Double]
  ) throws -> Double {
    try #require(measure(field(left, right)).value)
  }

  @Test("ks, kuiper, wasserstein and energy are metrics")
  func metrics() throws {
    let distances = [
      KolmogorovSmirnov.measure, Kuiper.measure, Wasserstein.measure, EnergyDistance.measure,
    ]
    for seed in 0..<150 as Range<UInt64> {
      let samples = Self.samples(seed)
      for measure in distances {
        let there = try Self.value(measure, samples[0], samples[1])
        let back = try Self.value(measure, samples[1], samples[0])
        let onward = try Self.value(measure, samples[1], samples[2])
        let direct = try Self.value(measure, samples[0], samples[2])
        #expect(relativeError(there, back) < 1e-14, "seed \(seed)")
        #expect(direct <= there + onward + 1e-14, "seed \(seed)")
        #expect(try Self.value(measure, samples[0], samples[0]) == 0)
        #expect(there > 0 || samples[0].sorted() == samples[1].sorted())
      }
    }
  }

  @Test("swapping the samples turns or keeps tests, and keeps their p-values")
  func swapping() throws {
    for seed in 0..<150 as Range<UInt64> {
      let samples = Self.samples(seed)
      let there = Self.field(samples[0], samples[1])
      let back = Self.field(samples[1], samples[0])
      for measure in [
        MannWhitney.measure, CramerVonMises.measure, AndersonDarling.measure, WelchTest.measure,
        Kuiper.measure,
      ] {
        let (one, other) = (measure(there), measure(back))
        #expect(relativeError(one.logPValue ?? 0, other.logPValue ?? 0) < 1e-6, "seed \(seed)")
      }
      let area = try #require(MannWhitney.measure(there).value)
      #expect(abs(area + (try #require(MannWhitney.measure(back).value)) - 1) < 1e-15)
    }
  }

  @Test("statistics of ranks do not change under increasing maps, and turn under decreasing ones")
  func monotoneMaps() throws {
    let measures = [
      KolmogorovSmirnov.measure, Kuiper.measure, MannWhitney.measure, CramerVonMises.measure,
      AndersonDarling.measure, PopulationStability.measure, ChiSquared.measure,
    ]
    for seed in 0..<100 as Range<UInt64> {
      let samples = Self.samples(seed)
      let mapped = samples.map { $0.map { $0 * $0 * $0 + 3 * $0 - 7 } }
      for measure in measures {
        let plain = measure(Self.field(samples[0], samples[1]))
        #expect(plain == measure(Self.field(mapped[0], mapped[1])), "seed \(seed)")
      }
      let turned = samples.map { $0.map { -$0 } }
      for measure in [KolmogorovSmirnov.measure, CramerVonMises.measure, AndersonDarling.measure] {
        let plain = try Self.value(measure, samples[0], samples[1])
        let mirrored = try Self.value(measure, turned[0], turned[1])
        #expect(abs(plain - mirrored) < 1e-12, "seed \(seed)")
      }
    }
  }

  @Test("wasserstein follows scale and shift; normalized it follows neither")
  func affineMaps() throws {
    for seed in 0..<100 as Range<UInt64> {
      let samples = Self.samples(seed)
      let mapped = samples.map { $0.map { $0 * 4 + 16 } }
      let plain = try Self.value(Wasserstein.measure, samples[0], samples[1])
      let scaled = try Self.value(Wasserstein.measure, mapped[0], mapped[1])
      #expect(relativeError(scaled, 4 * plain) < 1e-12, "seed \(seed)")
      for measure in [
        Wasserstein.measureNormalized, MeanShift.measure, DeviationRatio.measure,
        MedianShift.measure, WelchTest.measure,
      ] {
        let before = measure(Self.field(samples[0], samples[1])).value ?? 0
        let after = measure(Self.field(mapped[0], mapped[1])).value ?? 0
        #expect(abs(before - after) <= 1e-7 * max(1, abs(before)), "seed \(seed)")
      }
    }
  }

  @Test("hellinger, js_distance, l_infinity and total_variation are metrics over bins")
  func binMetrics() throws {
    for seed in 0..<150 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let size = Int(generator.next() % 12) + 2
      let counts = (0..<3).map { _ in
        (0..<size).map { _ in generator.next() % 3 * (generator.next() % 50) + 1 }
      }
      for measure in [
        Hellinger.measure, JensenShannon.measure, LInfinity.measure, TotalVariation.measure,
      ] {
        func distance(_ left: Int, _ right: Int) throws -> Double {
          let field = comparison(reference: counts[left], current: counts[right])
          return try #require(measure(field).value)
        }
        #expect(try distance(0, 1) == distance(1, 0))
        #expect(try distance(0, 2) <= distance(0, 1) + distance(1, 2) + 1e-14, "seed \(seed)")
        #expect(try distance(0, 0) == 0)
      }
      let field = comparison(reference: counts[0], current: counts[1])
      let root = try #require(JensenShannon.measure(field).value)
      let divergence = try #require(JensenShannon.measureDivergence(field).value)
      #expect(relativeError(root * root, divergence) < 1e-14)
      #expect(try #require(KullbackLeibler.measure(field).value) >= 0)
    }
  }

  @Test("detectors alarm where they do from another zero, and those of both sides upside down")
  func detectors() {
    var alarms = 0
    for seed in 0..<20 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let series = (0..<600).map { index in
        Double(generator.next() % 64) / 8 + Double(index / 150 * 4)
      }
      func signals(_ kind: Detector.Kind, _ map: (Double) -> Double) -> [Int] {
        var detector = Detector(kind)
        return series.indices.filter { detector.update(map(series[$0])) }
      }
      for kind in Detector.Kind.allCases {
        let plain = signals(kind) { $0 }
        #expect(signals(kind) { $0 + 1024 } == plain, "\(kind), seed \(seed)")
        alarms += plain.count
      }
      for kind in [Detector.Kind.adwin, .pageHinkley] {
        #expect(signals(kind) { -$0 } == signals(kind) { $0 }, "\(kind), seed \(seed)")
      }
    }
    #expect(alarms > 100)
  }
}
