public import Sketches

/// One field of two samples, value by value: what other tools' definitions are computed from.
public struct PairedValues: Sendable {
  /// How often one of the values occurs in a block of the reference's rows.
  public struct BlockCount: Sendable {
    /// Position of the value.
    public var value: Int
    /// How often it occurs.
    public var count: UInt64

    /// A value with its count.
    public init(value: Int, count: UInt64) {
      self.value = value
      self.count = count
    }
  }

  /// Distinct values of both sides, ascending and finite; nil for a categorical field.
  public var numbers: [Double]?
  /// How often each value, or each category in byte order, occurs; never 0 on both sides.
  public var counts: [PairCount]
  /// Values and missing ones of the reference.
  public var referenceCompleteness: Completeness
  /// Values and missing ones of the current side.
  public var currentCompleteness: Completeness
  /// The reference's rows cut into blocks in their order; empty when nobody asked for them.
  public var blocks: [[BlockCount]] = []

  /// Two samples of a field.
  ///
  /// - Parameters:
  ///   - numbers: Distinct values, ascending; nil for a categorical field.
  ///   - counts: How often each occurs.
  ///   - reference: Values and missing ones of the reference.
  ///   - current: Values and missing ones of the current side.
  public init(
    numbers: [Double]?,
    counts: [PairCount],
    reference: Completeness,
    current: Completeness
  ) {
    self.numbers = numbers
    self.counts = counts
    referenceCompleteness = reference
    currentCompleteness = current
  }

  /// Values of both sides.
  var totals: PairCount {
    PairCount(
      reference: referenceCompleteness.values,
      current: currentCompleteness.values
    )
  }
  /// Whether either side has no values at all.
  var hasEmptySide: Bool { totals.reference == 0 || totals.current == 0 }

  /// Different values of one side.
  func distinct(_ side: KeyPath<PairCount, UInt64>) -> Int {
    counts.count { $0[keyPath: side] > 0 }
  }

  /// Whether all numbers of one side are whole.
  func isWhole(_ side: KeyPath<PairCount, UInt64>) -> Bool {
    guard let numbers else { return false }
    return zip(numbers, counts).allSatisfy { number, count in
      count[keyPath: side] == 0 || number.rounded() == number && abs(number) < 0x1p63
    }
  }

  /// Whether a pandas data frame would hold one side as integers: one missing value makes floats.
  func isIntegerColumn(_ side: KeyPath<PairCount, UInt64>) -> Bool {
    let completeness = side == \.reference ? referenceCompleteness : currentCompleteness
    return completeness.missing == 0 && isWhole(side)
  }
}

extension PairedValues {
  /// The two-sample Kolmogorov–Smirnov test as scipy does it: exact up to 10,000 values a side.
  var kolmogorovSmirnov: Measurement {
    var comparison = FieldComparison(
      isNumeric: true,
      referenceCompleteness: referenceCompleteness,
      currentCompleteness: currentCompleteness,
      edges: [],
      categories: [],
      referenceBins: [],
      currentBins: [],
      line: line
    )
    comparison.purpose = .report
    return KolmogorovSmirnov.measure(comparison)
  }

  /// The Kolmogorov–Smirnov distance alone; nil where either side is empty.
  var distance: Double? { line?.supremum.largest }

  /// The Wasserstein-1 distance; nil where either side is empty.
  var wasserstein: Double? { line?.sums?.areas.absolute.value }

  private var line: LineComparison? {
    var scan = LineScan(referenceTotal: totals.reference, currentTotal: totals.current)
    for (number, count) in zip(numbers ?? [], counts) {
      scan.pass(point: number, gap: PairCount(), here: count)
    }
    return scan.finish(gap: PairCount())
  }

  /// Pearson's statistic of counts against what is expected of them, as `scipy.stats.chisquare`.
  ///
  /// - Parameter bins: Counts; one value where none is expected makes the statistic infinite.
  /// - Returns: The statistic and its p-value.
  static func goodnessOfFit(_ bins: [(expected: Double, observed: Double)]) -> Measurement {
    let statistic = bins.reduce(0) { sum, bin in
      let difference = bin.observed - bin.expected
      return sum + difference * difference / bin.expected
    }
    var measurement = Measurement(statistic)
    measurement.note(
      SpecialFunctions.chiSquaredTail(statistic, degreesOfFreedom: bins.count - 1),
      method: "chi-squared"
    )
    return measurement
  }

  /// Mean, standard deviation and skewness of one side, by two passes.
  func moments(of side: KeyPath<PairCount, UInt64>) -> PlainMoments {
    PlainMoments(numbers ?? [], counts.map { $0[keyPath: side] })
  }
}

/// Moments of counted values in plain doubles, as numpy has them, overflow included.
struct PlainMoments {
  /// How many values.
  let count: Double
  /// Arithmetic mean.
  let mean: Double
  /// Sum of squared differences from the mean.
  private let squares: Double
  private let cubes: Double

  init(_ values: [Double], _ counts: [UInt64]) {
    let count = Double(counts.reduce(0, +))
    var sum = CompensatedSum<Double>()
    for (value, times) in zip(values, counts) where times > 0 { sum.add(value * Double(times)) }
    let mean = sum.value / count
    var squares = CompensatedSum<Double>()
    var cubes = CompensatedSum<Double>()
    for (value, times) in zip(values, counts) where times > 0 {
      let difference = value - mean
      squares.add(difference * difference * Double(times))
      cubes.add(difference * difference * difference * Double(times))
    }
    self.count = count
    self.mean = mean
    self.squares = squares.value
    self.cubes = cubes.value
  }

  /// The root of the mean square, divisor n.
  var deviation: Double { (squares / count).squareRoot() }
  /// The same with divisor n − 1; nil for a single value.
  var sampleDeviation: Double? { count > 1 ? (squares / (count - 1)).squareRoot() : nil }
  /// Mean cube in deviations; not a number where all values are equal.
  var skewness: Double { cubes / count / (deviation * deviation * deviation) }
}
