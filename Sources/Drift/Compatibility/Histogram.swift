internal import RealModule

/// Bins of equal width, as `numpy.histogram_bin_edges` makes them.
enum Histogram {
  /// Edges for a bin width that a rule estimated.
  ///
  /// - Parameters:
  ///   - range: Smallest to largest value.
  ///   - width: What the rule says; 0 or not finite gives one bin.
  ///   - isWhole: Whether numpy would see integers: their bins are never narrower than 1.
  /// - Returns: At least two edges, ascending; nil where numpy refuses or would need too many.
  static func edges(_ range: ClosedRange<Double>, width: Double, isWhole: Bool) -> [Double]? {
    let span = range.upperBound - range.lowerBound
    guard span.isFinite else { return nil }
    let width = isWhole ? max(1, width) : width
    let bins = width > 0 ? (span / width).rounded(.up) : 1
    guard bins.isFinite, bins <= 10_000_000 else { return nil }
    let (first, last) = ends(range)
    return evenEdges(first, last, bins: max(1, Int(bins)))
  }

  /// The outermost edges: a single value has half a unit to either side.
  static func ends(_ range: ClosedRange<Double>) -> (first: Double, last: Double) {
    let (first, last) = (range.lowerBound, range.upperBound)
    return first == last ? (first - 0.5, last + 0.5) : (first, last)
  }

  /// `numpy.linspace(first, last, bins + 1)`.
  static func evenEdges(_ first: Double, _ last: Double, bins: Int) -> [Double] {
    let step = (last - first) / Double(bins)
    return (0..<bins).map { Double($0) * step + first } + [last]
  }

  /// Bin width of Sturges's rule.
  static func sturgesWidth(span: Double, count: Double) -> Double {
    span / (.log2(count) + 1)
  }

  /// Bin width of Doane's rule: Sturges's, corrected for skewness; 0 where there is none.
  static func doaneWidth(span: Double, _ moments: PlainMoments) -> Double {
    let n = moments.count
    guard n > 2, moments.deviation > 0 else { return 0 }
    let error = (6 * (n - 2) / ((n + 1) * (n + 3))).squareRoot()
    let skewness = abs(moments.skewness)
    return span / (1 + .log2(n) + .log2(1 + skewness / error))
  }
}

extension PairedValues {
  /// Smallest to largest value of one side; nil where it has none.
  func range(of side: KeyPath<PairCount, UInt64>) -> ClosedRange<Double>? {
    guard let numbers, let first = counts.firstIndex(where: { $0[keyPath: side] > 0 }),
      let last = counts.lastIndex(where: { $0[keyPath: side] > 0 })
    else { return nil }
    return numbers[first]...numbers[last]
  }

  /// Smallest to largest value of both sides.
  var range: ClosedRange<Double>? {
    guard let first = numbers?.first, let last = numbers?.last else { return nil }
    return first...last
  }

  /// Counts by bins [a, b), the last one [a, b], as `numpy.histogram`; the rest is dropped.
  func histogram(_ edges: [Double]) -> [PairCount] {
    var bins = [PairCount](repeating: PairCount(), count: edges.count - 1)
    var bin = 0
    for (number, count) in zip(numbers ?? [], counts)
    where number >= edges[0] && number <= edges[edges.count - 1] {
      while bin + 2 < edges.count, number >= edges[bin + 1] { bin += 1 }
      bins[bin] = bins[bin] + count
    }
    return bins
  }
}
