internal import RealModule
internal import Sketches

/// NannyML's definitions: `nannyml/drift/univariate/methods.py` and `thresholds.py`.
///
/// The Jensen–Shannon distance (base 2) is its default for all fields; the others are offered. The
/// current sample is one chunk. A threshold is the mean plus three standard deviations of the
/// statistic over the reference's own default chunks: its rows cut into ten, and one more for what
/// is left over. Missing values are dropped. Quirks kept: bins come from the reference alone, by
/// Doane's rule, and what falls outside is one bin more; a chunk is compared with a reference that
/// holds it; from 10,000 reference values on, `kolmogorov_smirnov` and `wasserstein` are taken over
/// 10,000 bins of equal width, so that one outlier makes them blind.
enum NannyML: ToolDefinition {
  static let title = "NannyML 0.13.1"
  static let referenceBlocks: Int? = 10

  private static let binnedSize = 10_000
  private static let bins = 10_000

  static func judge(_ field: PairedValues) -> [ToolStatistic] {
    guard field.referenceCompleteness.records >= 10 else {
      let note = "NannyML raises InvalidArgumentsException: fewer than 10 reference rows"
      return [ToolStatistic("jensen_shannon", nil, .above, nil, note: note)]
    }
    let chunks = field.blocks.map { block in
      var chunk = field
      for index in chunk.counts.indices { chunk.counts[index].current = 0 }
      var completeness = Completeness()
      for value in block {
        chunk.counts[value.value].current = value.count
        completeness.recordValue(count: value.count)
      }
      chunk.currentCompleteness = completeness
      return chunk
    }
    let statistics =
      field.numbers == nil
      ? [
        statistic("jensen_shannon", field, chunks) { jensenShannon($0.unseenPooled) },
        statistic("hellinger", field, chunks) { hellinger($0.unseenPooled) },
        statistic("l_infinity", field, chunks) { $0.largestShareDifference },
      ]
      : [
        statistic("jensen_shannon", field, chunks) { binned($0).flatMap(jensenShannon) },
        statistic("hellinger", field, chunks) { binned($0).flatMap(hellinger) },
        statistic("kolmogorov_smirnov", field, chunks, limit: 1, kolmogorovSmirnov),
        statistic("wasserstein", field, chunks, wasserstein),
      ]
    return field.numbers == nil ? statistics + chiSquared(field) : statistics
  }

  private static func statistic(
    _ name: String,
    _ field: PairedValues,
    _ chunks: [PairedValues],
    limit: Double = .infinity,
    _ value: (PairedValues) -> Double?
  ) -> ToolStatistic {
    let values = chunks.filter { !$0.hasEmptySide }.compactMap(value)
    let moments = PlainMoments(values, values.map { _ in 1 })
    let threshold = values.isEmpty ? nil : min(limit, moments.mean + 3 * moments.deviation)
    let found = field.hasEmptySide ? nil : value(field)
    return ToolStatistic(name, found, .above, threshold, note: found == nil ? "NaN" : nil)
  }

  private static func jensenShannon(_ bins: [PairCount]) -> Double? {
    JensenShannon.distance(
      reference: bins.map(\.reference),
      current: bins.map(\.current)
    )
  }

  private static func hellinger(_ bins: [PairCount]) -> Double? {
    Shares(reference: bins.map(\.reference), current: bins.map(\.current)).map { shares in
      let sum = shares.sum { p, q in
        let difference = p.squareRoot() - q.squareRoot()
        return difference * difference
      }
      return (sum / 2).squareRoot()
    }
  }

  /// Counts by Doane's bins of the reference, and one for what lies outside.
  private static func binned(_ field: PairedValues) -> [PairCount]? {
    guard let range = field.range(of: \.reference) else { return nil }
    let width = Histogram.doaneWidth(
      span: range.upperBound - range.lowerBound,
      field.moments(of: \.reference)
    )
    return Histogram.edges(range, width: width, isWhole: false).map { edges in
      let bins = field.histogram(edges)
      let inside = bins.reduce(0) { $0 + $1.current }
      return bins + [PairCount(current: field.totals.current - inside)]
    }
  }

  private static func kolmogorovSmirnov(_ field: PairedValues) -> Double? {
    guard field.totals.reference >= binnedSize, let range = field.range(of: \.reference) else {
      return field.distance
    }
    let edges = Histogram.evenEdges(range.lowerBound, range.upperBound, bins: bins)
    var sums = PairCount(current: field.countBelow(range.lowerBound))
    return field.histogram(edges).reduce(0) { largest, bin in
      sums = sums + bin
      return max(largest, abs(field.difference(sums)))
    }
  }

  /// The area between both functions over bins of equal width, and what lies beyond them.
  private static func wasserstein(_ field: PairedValues) -> Double? {
    guard field.totals.reference >= binnedSize, let range = field.range(of: \.reference) else {
      return field.wasserstein
    }
    let (first, last) = Histogram.ends(range)
    let even = Histogram.evenEdges(first, last, bins: bins)
    let size = Double(field.totals.current)
    let (below, above) = (tail(field, beyond: first, -1), tail(field, beyond: last, 1))
    // one too many where there is any: NannyML counts the reference's end as one of them
    let share = below.count > 0 ? Double(below.count + 1) / size : 0
    var (p, q) = (0.0, share)
    let within = field.histogram(even).reduce(0) { area, bin in
      p += Double(bin.reference) / Double(field.totals.reference)
      q += Double(bin.current) / size
      return area + abs(p - q) * (even[1] - even[0])
    }
    return within + (below.area + above.area) / size
  }

  /// How many current values lie beyond an end of the reference, and their distances from it.
  private static func tail(
    _ field: PairedValues,
    beyond end: Double,
    _ sign: Double
  ) -> (count: UInt64, area: Double) {
    zip(field.numbers ?? [], field.counts).reduce(into: (0, 0)) { sum, value in
      guard (value.0 - end) * sign > 0 else { return }
      sum.0 += value.1.current
      sum.1 += (value.0 - end) * sign * Double(value.1.current)
    }
  }

  /// `scipy.stats.chi2_contingency`, with Yates's correction for two categories.
  ///
  /// NannyML reports the statistic and judges its p-value.
  private static func chiSquared(_ field: PairedValues) -> [ToolStatistic] {
    let names = ("chi2", "chi2 p_value")
    guard !field.hasEmptySide else {
      return [
        ToolStatistic(names.0, nil, .above, nil, note: "NaN"),
        ToolStatistic(names.1, nil, .below, 0.05, note: "NaN"),
      ]
    }
    let (m, n) = (Double(field.totals.reference), Double(field.totals.current))
    let statistic = field.counts.reduce(0) { sum, count in
      let both = Double(count.reference) + Double(count.current)
      var difference = abs(Double(count.current) - both * n / (m + n))
      if field.counts.count == 2 { difference -= min(0.5, difference) }
      return sum + difference * difference * (m + n) / both * (1 / m + 1 / n)
    }
    let tail = SpecialFunctions.chiSquaredTail(
      statistic,
      degreesOfFreedom: field.counts.count - 1
    )
    return [
      ToolStatistic(names.0, statistic, .above, nil),
      ToolStatistic(names.1, tail.value, .below, 0.05),
    ]
  }
}

extension PairedValues {
  /// Reference minus current share of counts.
  func difference(_ count: PairCount) -> Double {
    Double(count.reference) / Double(totals.reference)
      - Double(count.current) / Double(totals.current)
  }

  /// The largest change of the share of one category; nil where either side is empty.
  var largestShareDifference: Double? {
    hasEmptySide ? nil : counts.reduce(0) { max($0, abs(difference($1))) }
  }

  /// Current values less than a number.
  fileprivate func countBelow(_ limit: Double) -> UInt64 {
    zip(numbers ?? [], counts).reduce(0) { $1.0 < limit ? $0 + $1.1.current : $0 }
  }

  /// The reference's categories, and all that it lacks as one.
  fileprivate var unseenPooled: [PairCount] {
    let unseen = counts.filter { $0.reference == 0 }.reduce(PairCount(), +)
    return counts.filter { $0.reference > 0 } + [unseen]
  }
}
