import Drift
import Records
import Sketches
import TestSupport
import Testing

@testable import Rules

/// The laws that every metric of the catalog keeps, on seeded random samples.
@Suite("Laws of the catalog")
struct CatalogLawTests {
  private enum Law {
    /// A sample is at 0 from itself.
    case zero
    /// The samples change places, and the value stays.
    case symmetric
    /// No way round is shorter.
    case triangle
    /// The samples change places, and the value changes its sign.
    case opposite
    /// The samples change places, and the value becomes its inverse.
    case inverse
    /// The samples change places, and the value is what is missing to 1.
    case complement
    /// Not changed by increasing maps.
    case ranks
    /// Not changed by another unit or another zero.
    case affine
  }

  private static let numeric: [String: Set<Law>] = [
    "ks": [.zero, .symmetric, .triangle, .ranks],
    "kuiper": [.zero, .symmetric, .triangle, .ranks],
    "wasserstein": [.zero, .symmetric, .triangle],
    "normalized_wasserstein": [.zero, .affine],
    "energy": [.zero, .symmetric, .triangle],
    "mann_whitney": [.complement, .ranks],
    "cramer_von_mises": [.zero, .symmetric, .ranks],
    "anderson_darling": [.symmetric, .ranks],
    "quantile": [],
    "median_shift": [.zero, .affine],
    "psi": [.zero, .ranks],
    "js_distance": [.zero, .ranks],
    "js_divergence": [.zero, .ranks],
    "kl": [.zero, .ranks],
    "hellinger": [.zero, .ranks],
    "total_variation": [.zero, .ranks],
    "chi_squared": [.zero, .ranks],
    "g_test": [.zero, .ranks],
    "drift": [.zero, .symmetric, .ranks],
    "natural": [],
    "excess_drift": [.zero, .symmetric, .ranks],
    "mean": [],
    "std": [],
    "mean_shift": [.zero, .affine],
    "std_ratio": [.inverse, .affine],
    "welch_t": [.zero, .opposite, .affine],
  ]

  private static let categorical: [String: Set<Law>] = [
    "psi": [.zero, .symmetric],
    "js_distance": [.zero, .symmetric, .triangle],
    "js_divergence": [.zero, .symmetric],
    "kl": [.zero],
    "hellinger": [.zero, .symmetric, .triangle],
    "total_variation": [.zero, .symmetric, .triangle],
    "l_infinity": [.zero, .symmetric, .triangle],
    "chi_squared": [.zero, .symmetric],
    "g_test": [.zero, .symmetric],
    "cramers_v": [.zero, .symmetric],
    "fisher": [.inverse],
    "drift": [.zero, .symmetric],
    "natural": [],
    "excess_drift": [.zero, .symmetric],
  ]

  private static let seeds = 0..<12 as Range<UInt64>
  /// The reference has as much of it as the window.
  private static let confidence = Confidence(alpha: 0.01, delta: 0.01)

  private static func kind(_ isNumeric: Bool) -> FieldKind { isNumeric ? .numeric : .categorical }

  private static func metrics(_ law: Law, isNumeric: Bool) throws -> [Metric] {
    try (isNumeric ? numeric : categorical).filter { $0.value.contains(law) }
      .map { try #require(Catalog.metric(named: $0.key)) }
  }

  private static func samples(_ seed: UInt64, cells: Int = LawSample.values.count) -> [LawSample] {
    var generator = SplitMix64(seed: seed)
    return (0..<3).map { _ in LawSample(cells: cells, &generator) }
  }

  private func value(_ metric: Metric, _ comparison: FieldComparison) throws -> Double {
    try #require(metric.measure(comparison, confidence: Self.confidence).value, "\(metric.name)")
  }

  private func expectNear(
    _ value: Double,
    _ expected: Double,
    _ comment: String,
    tolerance: Double = 1e-12
  ) {
    #expect(abs(value - expected) <= tolerance * max(1, abs(expected)), "\(comment)")
  }

  @Test("each metric of distributions has its laws", arguments: [true, false])
  func allHaveTheirs(isNumeric: Bool) {
    let chapters = [Catalog.line, Catalog.bins, Catalog.bounds, Catalog.moments]
    let names = chapters.flatMap(\.metrics).filter { $0.level.covers(Self.kind(isNumeric)) }
    #expect(Set(names.map(\.name)) == Set((isNumeric ? Self.numeric : Self.categorical).keys))
  }

  private static func arguments(of metric: Metric) -> [String?] {
    switch metric.arguments {
    case .words(let words): words
    case .percentiles: LawSample.percentiles
    }
  }

  @Test("pieces in any order measure what the whole does", arguments: seeds, [true, false])
  func splits(seed: UInt64, isNumeric: Bool) throws {
    let samples = Self.samples(seed)
    let reference = isNumeric ? try samples[0].numeric() : samples[0].categorical()
    var generator = SplitMix64(seed: seed + 100)
    var pieces = (0..<6).map { _ in
      LawSample(counts: samples[1].counts.map { _ in generator.next() % 9 })
    }
    let sum = pieces[0].counts.indices.map { cell in pieces.reduce(0) { $0 + $1.counts[cell] } }
    let whole = LawSample(counts: sum).window(over: reference)
    pieces.shuffle(using: &generator)
    var merged = FieldSummary(reference.layout)
    for piece in pieces { merged.merge(piece.window(over: reference)) }
    let (one, other) = (
      FieldComparison(reference: reference, current: whole, depth: LawSample.depth),
      FieldComparison(reference: reference, current: merged, depth: LawSample.depth)
    )
    for metric in Catalog.metrics where metric.level.covers(Self.kind(isNumeric)) {
      for argument in [nil] + Self.arguments(of: metric) {
        let measured = metric.measure(one, confidence: Self.confidence, argument: argument)
        let again = metric.measure(other, confidence: Self.confidence, argument: argument)
        #expect(measured == again, "\(metric.name) \(argument ?? "")")
      }
    }
  }

  @Test(
    "a sample is at 0 from itself, and from a previous window like it",
    arguments: [true, false]
  )
  func identity(isNumeric: Bool) throws {
    for seed in Self.seeds {
      let sample = Self.samples(seed)[0]
      let field = try sample.compared(with: sample, isNumeric: isNumeric)
      let reference = isNumeric ? try sample.numeric() : sample.categorical()
      let window = sample.window(over: reference)
      let windows = FieldComparison(reference: reference, baseline: window, current: window)
      for metric in try Self.metrics(.zero, isNumeric: isNumeric) {
        #expect(try value(metric, field) == 0, "\(metric.name), seed \(seed)")
        if metric.takesBaseline { #expect(try value(metric, windows) == 0, "\(metric.name)") }
      }
    }
  }

  @Test("the samples change places", arguments: [true, false])
  func swapping(isNumeric: Bool) throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      let there = try samples[0].compared(with: samples[1], isNumeric: isNumeric)
      let back = try samples[1].compared(with: samples[0], isNumeric: isNumeric)
      for (law, expected) in [
        (Law.symmetric, { $0 }), (.opposite, { -$0 }), (.inverse, { 1 / $0 }),
        (.complement, { 1 - $0 }),
      ] as [(Law, (Double) -> Double)] {
        for metric in try Self.metrics(law, isNumeric: isNumeric) where metric.name != "fisher" {
          let (one, other) = (try value(metric, there), try value(metric, back))
          let comment = "\(metric.name), seed \(seed)"
          expectNear(other, expected(one), comment, tolerance: metric.unit == .field ? 1e-12 : 1e-8)
          let tails = [there, back].map {
            metric.measure($0, confidence: Self.confidence).logPValue ?? 0
          }
          expectNear(tails[0], tails[1], "p of \(comment)", tolerance: 1e-7)
        }
      }
    }
  }

  @Test("a table of two rows and columns turned over has the odds turned over, and the same p")
  func fisher() throws {
    let metric = try #require(Catalog.metric(named: "fisher"))
    for seed in Self.seeds {
      let samples = Self.samples(seed, cells: 2)
      let there = try samples[0].compared(with: samples[1], isNumeric: false)
      let back = try samples[1].compared(with: samples[0], isNumeric: false)
      expectNear(try value(metric, back), 1 / (try value(metric, there)), "seed \(seed)")
      let tails = [there, back].map {
        metric.measure($0, confidence: Self.confidence).logPValue ?? .nan
      }
      expectNear(tails[0], tails[1], "p, seed \(seed)", tolerance: 1e-10)
    }
  }

  @Test("no way round is shorter", arguments: [true, false])
  func triangles(isNumeric: Bool) throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      func field(_ left: Int, _ right: Int) throws -> FieldComparison {
        try samples[left].compared(with: samples[right], isNumeric: isNumeric)
      }
      let (direct, there, onward) = (try field(0, 2), try field(0, 1), try field(1, 2))
      for metric in try Self.metrics(.triangle, isNumeric: isNumeric) {
        let round = try value(metric, there) + value(metric, onward)
        #expect(try value(metric, direct) <= round + 1e-12, "\(metric.name), seed \(seed)")
      }
    }
  }

  @Test("ranks and bins do not change under increasing maps, all that is said of them included")
  func increasingMaps() throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      let plain = try samples[0].compared(with: samples[1], isNumeric: true)
      let mapped = try samples[0].compared(with: samples[1], isNumeric: true) {
        $0 * $0 * $0 + 3 * $0 - 7
      }
      for metric in try Self.metrics(.ranks, isNumeric: true) {
        let (one, other) = (
          metric.measure(plain, confidence: Self.confidence),
          metric.measure(mapped, confidence: Self.confidence)
        )
        #expect(one == other, "\(metric.name), seed \(seed)")
      }
      for percentile in LawSample.percentiles {
        let metric = try #require(Catalog.metric(named: "quantile"))
        func quantile(_ field: FieldComparison) -> Double? {
          metric.measure(field, confidence: Self.confidence, argument: percentile).value
        }
        let here = try #require(quantile(plain))
        #expect(quantile(mapped) == here * here * here + 3 * here - 7, "\(percentile)")
      }
    }
  }

  @Test("another unit and another zero change what has a unit, and nothing else")
  func affineMaps() throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      let plain = try samples[0].compared(with: samples[1], isNumeric: true)
      let mapped = try samples[0].compared(with: samples[1], isNumeric: true) { $0 * 8 + 64 }
      for metric in try Self.metrics(.affine, isNumeric: true) {
        let (one, other) = (try value(metric, plain), try value(metric, mapped))
        expectNear(other, one, "\(metric.name), seed \(seed)", tolerance: 1e-8)
      }
      for (name, zero) in [("mean", 64.0), ("std", 0), ("wasserstein", 0), ("energy", nil)] {
        let metric = try #require(Catalog.metric(named: name))
        let (one, other) = (try value(metric, plain), try value(metric, mapped))
        // the energy distance is a root of field units
        let expected = zero.map { 8 * one + $0 } ?? (8.0.squareRoot() * one)
        expectNear(other, expected, "\(name), seed \(seed)", tolerance: 1e-9)
      }
    }
  }

  @Test("shifts in deviations of the one reference are those of the other, turned round")
  func oppositeShifts() throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      let there = try samples[0].compared(with: samples[1], isNumeric: true)
      let back = try samples[1].compared(with: samples[0], isNumeric: true)
      let deviations = (
        try #require(there.referenceMoments).deviation,
        try #require(back.referenceMoments).deviation
      )
      for (name, sign) in [
        ("mean_shift", -1.0), ("median_shift", -1), ("normalized_wasserstein", 1),
      ] {
        let metric = try #require(Catalog.metric(named: name))
        let (one, other) = (try value(metric, there), try value(metric, back))
        expectNear(one * deviations.0, sign * other * deviations.1, name, tolerance: 1e-8)
      }
    }
  }

  @Test("names and order of categories mean nothing")
  func categoryOrder() throws {
    for seed in Self.seeds {
      let samples = Self.samples(seed)
      var generator = SplitMix64(seed: seed)
      let order = samples[0].counts.indices.shuffled(using: &generator)
      let turned = samples.map { sample in LawSample(counts: order.map { sample.counts[$0] }) }
      let plain = try samples[0].compared(with: samples[1], isNumeric: false)
      let other = try turned[0].compared(with: turned[1], isNumeric: false)
      for (name, laws) in Self.categorical where laws.contains(.zero) {
        let metric = try #require(Catalog.metric(named: name))
        expectNear(try value(metric, other), try value(metric, plain), "\(name), seed \(seed)")
      }
    }
  }

  @Test("a change of a share is as large backwards between two windows, and bad data are a rise")
  func shareChanges() throws {
    for seed in Self.seeds {
      var generator = SplitMix64(seed: seed)
      let sides = (0..<2).map { _ in
        var completeness = Completeness()
        completeness.recordValue(count: 200 + generator.next() % 100)
        completeness.recordMissing(.null, count: generator.next() % 200)
        completeness.recordMismatch(count: generator.next() % 200)
        return completeness
      }
      let counts = sides.map { side in
        let unseen = generator.next() % side.values
        return [side.values - unseen, unseen]
      }
      func field(_ left: Int, _ right: Int) -> FieldComparison {
        FieldComparison(
          isNumeric: false,
          referenceCompleteness: sides[left],
          currentCompleteness: sides[right],
          edges: [],
          categories: ["a"],
          referenceBins: counts[left],
          currentBins: counts[right]
        )
      }
      for name in [
        "missing_change", "excess_missing_change", "type_mismatch_change", "unseen_change",
      ] {
        let metric = try #require(Catalog.metric(named: name))
        let fields = [field(0, 1), field(1, 0)]
        let windows = try fields.map { try value(metric, $0.betweenWindows) }
        #expect(windows[0] == windows[1], "\(name), seed \(seed)")
        let values = try fields.map { try value(metric, $0) }
        // against a profile less bad data is no change
        let isRise = name == "type_mismatch_change" || name == "unseen_change"
        #expect(isRise ? values.min() == 0 : values == windows, "\(name), seed \(seed)")
        if name == "type_mismatch_change" { #expect(values.max() == windows[0]) }
        #expect(try value(metric, field(0, 0)) == 0)
      }
    }
  }
}
