public import Sketches

// Counted records in the reference's place, an earlier window's or another model version's: both
// sides were counted at the reference's points.

extension FieldComparison {
  /// Compares the records of two windows, or of two model versions in one, that were counted
  /// against the same reference.
  ///
  /// Bins and points are the reference's, so bins are exact. Of values off the points only the gap
  /// is known: the Kolmogorov-Smirnov distance is what is certain, and comes with what two windows
  /// may differ by in there.
  ///
  /// - Parameters:
  ///   - reference: The field's profile.
  ///   - baseline: What was counted over it of the records in its place.
  ///   - current: What was counted over it of the others.
  ///   - depth: How much of a numeric field's comparison to work out.
  /// - Complexity: O(points) or O(categories).
  public init(
    reference: FieldReference,
    baseline: FieldSummary,
    current: FieldSummary,
    depth: LineComparison.Depth = .sums()
  ) {
    self.init(reference: reference.holding(baseline), current: current, depth: depth)
    isOfWindows = true
    referenceOutOfRange = baseline.counts.outside
    // values too far out for the sums are among the counts
    referenceMoments = reference.moments(of: baseline)
    if case .categorical(let profile) = reference.distribution { profileCounts = profile.counts }
    line?.bound(between: baseline.counts.cells, current.counts.cells)
  }

  /// The same bins, those of counted records in the reference's place.
  public var betweenWindows: FieldComparison {
    var comparison = self
    comparison.isOfWindows = true
    return comparison
  }

  /// What a lower bound may be wrong with: of two windows each is a sample as the other is, so each
  /// has half of what was allowed to one.
  func shared(_ confidence: Confidence) -> Confidence {
    guard isOfWindows else { return confidence }
    return Confidence(alpha: confidence.alpha / 2, delta: confidence.alpha / 2)
  }
}

extension FieldReference {
  /// Mean and deviation of a numeric field in a window; nil when it has none.
  fileprivate func moments(of window: FieldSummary) -> SampleMoments? {
    guard case .numeric(let reference) = distribution else { return nil }
    return SampleMoments(window.moments, unit: reference.unit)
  }

  /// The same points or categories, with a window's values.
  fileprivate func holding(_ window: FieldSummary) -> FieldReference {
    switch distribution {
    case .numeric(let reference):
      FieldReference(
        distribution: .numeric(reference.holding(window)),
        completeness: window.completeness
      )
    case .categorical(let reference):
      FieldReference(
        distribution: .categorical(reference.holding(window)),
        completeness: window.completeness
      )
    }
  }
}

extension CategoricalReference {
  fileprivate func holding(_ window: FieldSummary) -> CategoricalReference {
    var held = self
    (held.counts, held.other) = (window.categories.counts, window.categories.unseen)
    return held
  }
}

extension NumericReference {
  fileprivate func holding(_ window: FieldSummary) -> NumericReference {
    var (below, equal, seen): ([UInt64], [UInt64], UInt64) = ([], [], 0)
    let cells = window.counts.cells
    for index in points.values.indices {
      seen.add(cells[2 * index])
      below.append(seen)
      equal.append(cells[2 * index + 1])
      seen.add(equal[index])
    }
    return NumericReference(
      points: points,
      below: below,
      equal: equal,
      count: window.counts.total,
      edges: edges,
      atoms: atoms,
      fences: fences,
      distanceBound: 0,
      areaBound: 0,
      unit: unit
    )
  }
}

extension LineComparison {
  /// Takes the largest differences that are certain, and those that gaps may hide.
  ///
  /// At the ends of a gap both functions are known. Inside, the one may rise before the other does:
  /// F - G is at most F at the gap's end less G at its start. What is certain is what is judged:
  /// anything above it would be there between two equal windows as well.
  ///
  /// - Complexity: O(cells).
  fileprivate mutating func bound(between baseline: [UInt64], _ current: [UInt64]) {
    var (certain, possible) = (Supremum(), Supremum())
    let (m, n) = (Double(totals.reference), Double(totals.current))
    var before = PairCount()
    for (index, here) in zip(baseline, current).enumerated() {
      let after = before + PairCount(reference: here.0, current: here.1)
      let end = (Double(after.reference) / m, Double(after.current) / n)
      certain.note(end.0 - end.1)
      if index.isMultiple(of: 2) {
        let start = (Double(before.reference) / m, Double(before.current) / n)
        possible.note(end.0 - start.1)
        possible.note(start.0 - end.1)
      } else {
        possible.note(end.0 - end.1)
      }
      before = after
    }
    (supremum, self.possible) = (certain, possible)
  }

  /// A statistic of the largest differences, with what it may be off by.
  ///
  /// - Parameters:
  ///   - statistic: Increases with the differences.
  ///   - bound: What it may be off by in either direction, where the differences are no lower end.
  /// - Returns: The statistic, without a p-value.
  func measurement(_ statistic: (Supremum) -> Double, bound: Double) -> Measurement {
    let value = statistic(supremum)
    guard let possible else {
      var measurement = Measurement(value)
      measurement.bound = bound
      return measurement
    }
    return Measurement(Bracket(lower: value, value: value, upper: statistic(possible)))
  }
}
