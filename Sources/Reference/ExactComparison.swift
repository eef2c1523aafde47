internal import Drift
internal import Records
internal import Sketches

/// Compares two sides value by value: both sorted, merged, nothing compressed.
public enum ExactComparison {
  /// Most categories told apart; the rest is one cell.
  public static let categoryLimit = 1_000_000

  /// The comparison of each field; the collectors are empty afterwards.
  ///
  /// Edges, categories and the unit of moments come from the reference side, by the rules of a
  /// profile, so that only what compression costs is different.
  ///
  /// - Parameters:
  ///   - reference: Rows of one side.
  ///   - current: Rows of the other, of the same fields.
  /// - Returns: The fields, in the reference's order.
  /// - Throws: `temporaryFile`.
  /// - Complexity: A few times through both sides; memory O(categories).
  public static func compare(
    reference: inout ValueCollector,
    current: inout ValueCollector
  ) throws(ReferenceError) -> [ComparedField] {
    precondition(reference.fields == current.fields, "the two sides have different fields")
    var compared: [ComparedField] = []
    for field in reference.fields.indices {
      let completeness = (reference.completeness[field], current.completeness[field])
      let comparison: FieldComparison
      switch reference.fields[field].kind {
      case .numeric:
        let sides = (reference.store.takeNumbers(field), current.store.takeNumbers(field))
        comparison = try compare(sides, completeness)
      case .categorical:
        let sides = (reference.store.takeTexts(field), current.store.takeTexts(field))
        comparison = try compare(sides, completeness)
      }
      let name = reference.fields[field].path.description
      compared.append(ComparedField(name: name, comparison: comparison))
    }
    return compared
  }

  private static func compare(
    _ sides: (reference: Tallies<Double>, current: Tallies<Double>),
    _ completeness: (reference: Completeness, current: Completeness)
  ) throws(ReferenceError) -> FieldComparison {
    let frame = try Frame(of: sides.reference, count: completeness.reference.values)
    let line = try line(of: sides, completeness)
    var (referenceMoments, moments) = (Moments(), Moments())
    var (outOfRange, outliers): (UInt64, Share.Sides) = (0, Share.Sides())
    var distinct = DistinctSketch()
    var cells = [UInt64](repeating: 0, count: 2 * frame.deciles.count + 1)
    var referenceCells = cells
    try sides.reference.forEachValue { value, windows in
      referenceCells[frame.deciles.cell(of: value)] += windows.total()
      if frame.isOutlier(value) { outliers.reference += windows.total() }
      referenceMoments.add(value, count: windows.total(), unit: frame.unit)
    }
    try sides.current.forEachValue { value, windows in
      cells[frame.deciles.cell(of: value)] += windows.total()
      if !(frame.range?.contains(value) ?? false) { outOfRange += windows.total() }
      if frame.isOutlier(value) { outliers.current += windows.total() }
      distinct.record(hash: Hash64.hash(of: value), count: windows.total())
      moments.add(value, count: windows.total(), unit: frame.unit)
    }
    let bins = NumericBins(
      edges: Array(frame.deciles.values.indices),
      atoms: frame.atoms,
      of: [referenceCells, cells]
    )
    var comparison = FieldComparison(
      isNumeric: true,
      referenceCompleteness: completeness.reference,
      currentCompleteness: completeness.current,
      edges: bins.edges(at: frame.deciles.values),
      categories: [],
      referenceBins: bins.counts(of: referenceCells),
      currentBins: bins.counts(of: cells),
      line: line
    )
    comparison.purpose = .report
    comparison.outOfRange = outOfRange
    comparison.outliers = outliers
    comparison.distinct = distinct
    comparison.referenceMoments = SampleMoments(referenceMoments, unit: frame.unit)
    comparison.currentMoments = SampleMoments(moments, unit: frame.unit)
    return comparison
  }

  /// Both sides merged in order: between two values of either side there is nothing.
  private static func line(
    of sides: (reference: Tallies<Double>, current: Tallies<Double>),
    _ completeness: (reference: Completeness, current: Completeness)
  ) throws(ReferenceError) -> LineComparison? {
    var scan = LineScan(
      referenceTotal: completeness.reference.values,
      currentTotal: completeness.current.values
    )
    try PairedSamples.merge(sides) { value, here in
      scan.pass(point: value, gap: PairCount(), here: here)
    }
    return scan.finish(gap: PairCount())
  }

  private static func compare(
    _ sides: (reference: Tallies<TextKey>, current: Tallies<TextKey>),
    _ completeness: (reference: Completeness, current: Completeness)
  ) throws(ReferenceError) -> FieldComparison {
    let learned = try CategoricalLearning(sides.reference, limit: categoryLimit).reference
    let index = CategoryIndex(learned.categories)
    var counts = CategoryCounts(categoryCount: index.count)
    var (distinct, lengths) = (DistinctSketch(), TextLengths())
    try sides.current.forEachValue { text, windows in
      let bytes = text.bytes.span
      counts.add(windows.total(), code: index.code(of: bytes))
      distinct.record(hash: Hash64.hash(bytes), count: windows.total())
      lengths.record(TextLengths.codePoints(bytes), count: windows.total())
    }
    var comparison = FieldComparison(
      isNumeric: false,
      referenceCompleteness: completeness.reference,
      currentCompleteness: completeness.current,
      edges: [],
      categories: learned.categories,
      referenceBins: learned.counts + [learned.other],
      currentBins: counts.counts + [counts.unseen]
    )
    (comparison.distinct, comparison.lengths) = (distinct, lengths)
    comparison.purpose = .report
    return comparison
  }
}

/// What of the reference a numeric comparison is laid out by.
private struct Frame {
  /// The distinct ones.
  var deciles = ReferencePoints([])
  /// Positions of those that two or more are equal to.
  var atoms: Set<Int> = []
  /// Smallest to largest value; nil without any.
  var range: ClosedRange<Double>?
  /// The values next to Tukey's fences; nil without any.
  var fences: ClosedRange<Double>?
  var unit = Moments.Unit(p1: 0, p99: 0)

  init(of tallies: Tallies<Double>, count: UInt64) throws(ReferenceError) {
    guard count > 0 else { return }
    let (p1, p99) = (Quantile.rank(1, of: 100, in: count), Quantile.rank(99, of: 100, in: count))
    let quartiles = [1, 3].map { Quantile.rank($0, of: 4, in: count) }
    let ranks = [1, count, p1, p99] + quartiles + Quantile.decileRanks(in: count)
    let values = try Survey(of: tallies, ranks: ranks).values
    fences = try PointSelection.fences(from: values[4], to: values[5], in: tallies)
    range = values[0]...values[1]
    unit = Moments.Unit(p1: values[2], p99: values[3])
    deciles = ReferencePoints(values[6...].withoutRepetition)
    let repeated = zip(values[6...], values[7...]).filter { $0 == $1 }.map(\.0)
    atoms = Set(repeated.compactMap { deciles.index(of: $0) })
  }

  func isOutlier(_ value: Double) -> Bool { fences.map { !$0.contains(value) } ?? false }
}
