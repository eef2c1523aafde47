import Sketches

extension FieldComparison {
  /// A reference beside a window like itself: what bounds could say of any window, before there is
  /// one.
  ///
  /// - Parameter reference: The field's profile.
  /// - Complexity: O(points) or O(categories).
  public init(_ reference: FieldReference) {
    let completeness = reference.completeness
    switch reference.distribution {
    case .numeric(let numeric):
      let cells = numeric.cells
      let bins = numeric.bins
      let counts = bins.counts(of: cells)
      var line = LineComparison(
        totals: PairCount(reference: numeric.count, current: numeric.count)
      )
      line.distanceBound = numeric.distanceBound
      self.init(
        isNumeric: true,
        referenceCompleteness: completeness,
        currentCompleteness: completeness,
        edges: bins.edges(at: numeric.points.values),
        categories: [],
        referenceBins: counts,
        currentBins: counts,
        line: line
      )
      let beyond = Self.values(beyond: numeric.fences, in: cells)
      (outliers.reference, outliers.current) = (beyond, beyond)
    case .categorical(let categorical):
      let bins = categorical.counts + [categorical.other]
      self.init(
        isNumeric: false,
        referenceCompleteness: completeness,
        currentCompleteness: completeness,
        edges: [],
        categories: categorical.categories,
        referenceBins: bins,
        currentBins: bins
      )
    }
    natural = reference.natural
  }
}
