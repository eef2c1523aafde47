internal import Sketches

extension NumericReference {
  /// The same distribution at fewer points, with what they may be off by.
  ///
  /// The first, the last, the edges of the bins and those at the fences remain; the others are
  /// taken at equal steps of rank.
  ///
  /// - Parameter limit: Points to keep, at least 20; a distribution of no more is as it was.
  /// - Returns: The distribution; its ranks are exact, as they were.
  /// - Complexity: O(points).
  public func thinned(to limit: Int) -> NumericReference {
    precondition(limit >= 20, "\(limit) points, at least 20")
    guard points.count > limit else { return self }
    var kept = Set(edges + [0, points.count - 1])
    if let fences { kept.formUnion([fences.lowerBound, fences.upperBound]) }
    let steps = UInt64(max(0, limit - kept.count))
    var index = 0
    for step in 0..<steps {
      // the middle of the step-th of so many equal parts
      let rank = UInt64(UInt128(count) * UInt128(2 * step + 1) / UInt128(2 * steps))
      while index + 1 < points.count, below[index] + equal[index] <= rank { index += 1 }
      kept.insert(index)
    }
    let places = kept.sorted()
    let position = Dictionary(uniqueKeysWithValues: zip(places, places.indices))
    var thin = NumericReference(
      points: ReferencePoints(places.map { points.values[$0] }),
      below: places.map { below[$0] },
      equal: places.map { equal[$0] },
      count: count,
      edges: edges.compactMap { position[$0] },
      distanceBound: 0,
      areaBound: 0,
      unit: unit,
      mean: mean,
      standardDeviation: standardDeviation
    )
    if let fences, let low = position[fences.lowerBound], let high = position[fences.upperBound] {
      thin.fences = low...high
    }
    let gaps = thin.cells.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    thin.distanceBound = Double(gaps.max() ?? 0) / (2 * Double(count))
    thin.areaBound = zip(gaps.dropFirst(), zip(thin.points.values, thin.points.values.dropFirst()))
      .reduce(0) { area, gap in
        // inside a gap both are between its ends, half-way between which one of them is;
        // halves first: the difference of two large values must not overflow
        area + Double(gap.0) / Double(count) * (gap.1.1 / 2 - gap.1.0 / 2)
      }
    thin.areaBound = min(thin.areaBound, .greatestFiniteMagnitude)
    return thin
  }
}
