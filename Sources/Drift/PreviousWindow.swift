public import Sketches

// An earlier window in the reference's place: both were counted at the reference's points.

extension FieldComparison {
  /// Compares two windows that were counted against the same reference.
  ///
  /// Bins and points are the reference's, so bins are exact. Of values off the points only the gap
  /// is known: the Kolmogorov-Smirnov distance comes with what two windows may differ by in there.
  ///
  /// - Parameters:
  ///   - reference: The field's profile.
  ///   - previous: What the earlier window counted over it.
  ///   - current: What the later window counted over it.
  ///   - depth: How much of a numeric field's comparison to work out.
  /// - Complexity: O(points) or O(categories).
  public init(
    reference: FieldReference,
    previous: FieldSummary,
    current: FieldSummary,
    depth: LineComparison.Depth = .sums
  ) {
    self.init(reference: reference.holding(previous), current: current, depth: depth)
    isOfWindows = true
    referenceOutOfRange = previous.counts.outside
    line?.bound(between: previous.counts.cells, current.counts.cells)
  }

  /// What a lower bound may be wrong with: of two windows each is as new as the other, so each has
  /// half of what was allowed to one.
  func shared(_ confidence: Confidence) -> Confidence {
    guard isOfWindows else { return confidence }
    return Confidence(alpha: confidence.alpha / 2, delta: confidence.alpha / 2)
  }
}

extension FieldReference {
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
        distribution: .categorical(
          CategoricalReference(
            categories: reference.categories,
            counts: window.categories.counts,
            other: window.categories.unseen
          )
        ),
        completeness: window.completeness
      )
    }
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
    let moments = SampleMoments(window.moments, unit: unit)
    return NumericReference(
      points: points,
      below: below,
      equal: equal,
      count: window.counts.total,
      edges: edges,
      fences: fences,
      distanceBound: 0,
      areaBound: 0,
      unit: unit,
      mean: moments?.mean,
      standardDeviation: moments?.deviation
    )
  }
}

extension LineComparison {
  /// Takes the largest differences that are certain, and what gaps may hide.
  ///
  /// At the ends of a gap both functions are known. Inside, the one may rise before the other does:
  /// F - G is at most F at the gap's end less G at its start. A distance is at least the largest
  /// difference at an end; half-way to the largest possible one is as far off from either, unless
  /// nothing is hidden.
  ///
  /// - Complexity: O(cells).
  fileprivate mutating func bound(between previous: [UInt64], _ current: [UInt64]) {
    var (certain, possible) = (Supremum(), Supremum())
    let (m, n) = (Double(totals.reference), Double(totals.current))
    var before = PairCount()
    for (index, here) in zip(previous, current).enumerated() {
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
    supremum.above = (certain.above + possible.above) / 2
    supremum.below = (certain.below + possible.below) / 2
    distanceBound = max(
      (possible.above - certain.above) / 2,
      (possible.below - certain.below) / 2
    )
  }
}
