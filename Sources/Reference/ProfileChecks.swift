internal import Drift
internal import Records
internal import Sketches

/// Refuses a profile with a reason unless a condition holds.
func require(
  _ condition: Bool,
  _ message: @autoclosure () -> String
) throws(ReferenceError) {
  guard condition else { throw ReferenceError(.badProfile, message()) }
}

extension Sequence where Element == UInt64 {
  /// The sum; nil where it does not fit.
  var sumWithoutOverflow: UInt64? {
    var sum: UInt64 = 0
    for element in self {
      let (next, overflow) = sum.addingReportingOverflow(element)
      if overflow { return nil }
      sum = next
    }
    return sum
  }
}

extension Rhythm {
  /// The rhythm of a profile, checked so that no sum can overflow later.
  init(_ file: ProfileFile.Rhythm, rows: UInt64) throws(ReferenceError) {
    // Far beyond what any unit of time can tell.
    let possible = -Int64(1 << 60)...Int64(1 << 60)
    try require(
      file.first < file.last && possible.contains(file.first) && possible.contains(file.last),
      "a rhythm from \(file.first) to \(file.last) µs is not possible"
    )
    try require(
      file.counts.count == Self.hoursOfWeek,
      "\(file.counts.count) hours of a week, not \(Self.hoursOfWeek)"
    )
    // at least one row is the last
    try require(
      file.counts.sumWithoutOverflow.map { $0 < rows } ?? false,
      "hours_of_week count more than \(rows) rows"
    )
    self.init(
      first: Timestamp(microseconds: file.first),
      last: Timestamp(microseconds: file.last),
      counts: file.counts
    )
  }
}

extension ReferenceProfile.Correlations {
  /// The correlations of a profile, each of two of its numeric fields.
  init(
    _ file: ProfileFile.Correlations,
    rows: UInt64,
    fields: [ReferenceProfile.Field]
  ) throws(ReferenceError) {
    let count = file.first.count
    try require(
      count == file.second.count && count == file.counts.count && count == file.values.count,
      "correlations have \(count) first, \(file.second.count) second fields, "
        + "\(file.counts.count) counts and \(file.values.count) values"
    )
    try require(count <= Self.pairLimit, "\(count) correlations; the limit is \(Self.pairLimit)")
    try require(file.rows <= rows, "correlations of \(file.rows) rows, more than there are")
    var pairs: [Pair] = []
    var known: Set<[Int]> = []
    for index in 0..<count {
      let (first, second) = (file.first[index], file.second[index])
      try require(
        0 <= first && first < second && second < fields.count
          && fields[first].kind == .numeric && fields[second].kind == .numeric
          && known.insert([first, second]).inserted,
        "correlation \(index) is not of two numeric fields in order, or there twice"
      )
      let (value, rows) = (file.values[index], file.counts[index])
      try require((-1...1).contains(value), "a correlation of \(value)")
      let most = min(file.rows, fields[first].counts.values, fields[second].counts.values)
      try require(
        CorrelationChange.fewestRows <= rows && rows <= most,
        "correlation \(index) counts \(rows) rows of \(most)"
      )
      let correlation = RankCorrelation(value: value, count: rows)
      pairs.append(Pair(first: first, second: second, correlation: correlation))
      try require(
        index == 0 || pairs[index - 1].precedes(pairs[index]),
        "correlations do not fall at \(index)"
      )
    }
    self.init(rows: file.rows, pairs: pairs)
  }
}

extension Fences {
  init(_ file: ProfileFile.Fences) {
    self.init(
      p1: file.p1,
      p5: file.p5,
      p95: file.p95,
      p99: file.p99,
      tukeyLow: file.tukeyLow,
      tukeyHigh: file.tukeyHigh
    )
  }

  fileprivate var all: [Double] { [p1, p5, p95, p99, tukeyLow, tukeyHigh] }
}

extension NumericReference {
  /// A numeric field's distribution, checked so that no precondition can fail later.
  init(
    _ file: ProfileFile.Field,
    fences: Fences?,
    limits: ProfileLimits
  ) throws(ReferenceError) {
    guard let values = file.points, let below = file.below, let equal = file.equal,
      let edgeValues = file.edges, let distanceBound = file.distanceBound,
      let areaBound = file.areaBound
    else {
      throw ReferenceError(
        .badProfile,
        "points, below, equal, edges, distance_bound or area_bound is missing"
      )
    }
    try require(
      values.count <= limits.points,
      "\(values.count) points; the limit is \(limits.points): learn it with fewer --points"
    )
    try require(
      values.count == below.count && values.count == equal.count,
      "\(values.count) points, \(below.count) below and \(equal.count) equal do not fit together"
    )
    try Self.checkOrder(values, "points")
    let largestGap = try Self.largestGap(below: below, equal: equal, count: file.values)
    let bound = file.values == 0 ? 0 : Double(largestGap) / (2 * Double(file.values))
    try require(abs(distanceBound - bound) < 1e-12, "distance_bound is not that of the ranks")
    try require(areaBound >= 0 && areaBound.isFinite, "area_bound is not possible")
    let points = ReferencePoints(values)
    try Self.checkOrder(edgeValues, "edges")
    let edges = edgeValues.compactMap { points.index(of: $0) }
    try require(
      edges.count == edgeValues.count && edges.isEmpty == values.isEmpty,
      "edges are not points"
    )
    try require((fences == nil) == values.isEmpty, "fences do not fit the points")
    let arePoints = fences?.all.allSatisfy { $0.isFinite && points.index(of: $0) != nil } ?? true
    try require(arePoints, "fences are not points")
    try require(fences.map { $0.tukeyLow <= $0.tukeyHigh } ?? true, "fences are not in order")
    for moment in [file.mean, file.standardDeviation] {
      try require(moment?.isFinite ?? true, "mean or std is not finite")
    }
    self.init(
      points: points,
      below: below,
      equal: equal,
      count: file.values,
      edges: edges,
      fences: fences?.positions(among: points),
      distanceBound: distanceBound,
      areaBound: areaBound,
      unit: Moments.Unit(fences: fences),
      mean: file.mean,
      standardDeviation: file.standardDeviation
    )
  }

  private static func checkOrder(_ values: [Double], _ name: String) throws(ReferenceError) {
    for (index, value) in values.enumerated() {
      try require(value.isFinite, "\(name) are not all finite")
      try require(index == 0 || values[index - 1] < value, "\(name) do not increase at \(value)")
    }
  }

  /// Most values between two points; the ranks must lead from 0 to the count.
  private static func largestGap(
    below: [UInt64],
    equal: [UInt64],
    count: UInt64
  ) throws(ReferenceError) -> UInt64 {
    var (seen, largest): (UInt64, UInt64) = (0, 0)
    for (rank, ties) in zip(below, equal) {
      // a point is a value of the reference, the first one the smallest
      try require(rank >= seen && ties > 0 && (seen > 0 || rank == 0), "ranks do not add up")
      let (next, overflow) = rank.addingReportingOverflow(ties)
      try require(!overflow && next <= count, "ranks do not add up to \(count) values")
      largest = max(largest, rank - seen)
      seen = next
    }
    try require(seen == count, "ranks add up to \(seen), not to \(count) values")
    return largest
  }
}

extension CategoricalReference {
  /// A categorical field's distribution, checked so that no precondition can fail later.
  init(_ file: ProfileFile.Field, limits: ProfileLimits) throws(ReferenceError) {
    guard let categories = file.categories, let counts = file.counts, let other = file.other else {
      throw ReferenceError(.badProfile, "categories, counts or other is missing")
    }
    try require(
      categories.count <= limits.categories,
      "\(categories.count) categories; the limit is \(limits.categories)"
    )
    try require(
      categories.count == counts.count,
      "\(categories.count) categories and \(counts.count) counts do not fit together"
    )
    try require(
      (counts + [other]).sumWithoutOverflow == file.values,
      "counts do not add up to \(file.values) values"
    )
    // by bytes: two spellings of one letter are two categories
    let names = Set(categories.map { Array($0.utf8) })
    try require(names.count == categories.count, "a category is there twice")
    self.init(categories: categories, counts: counts, other: other)
  }
}
