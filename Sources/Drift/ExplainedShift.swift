internal import Sketches

/// How much of the prediction's shift a feature explains.
///
/// The reference knows, for each of a feature's bins, where the prediction stands on average in the
/// rows of that bin: its mean mid-rank among all predictions, from 0 to 1. When nothing changes but
/// how many rows are in which bin, the prediction's mean rank moves by
///
///     expected = Σ (q − p) · mean rank of the bin
///
/// with p and q the shares of the bins in reference and window; rows without a value of the feature
/// are a bin of their own. The prediction's mean rank has moved by AUC − ½, exactly (see
/// `MannWhitney`). The share explained is expected / (AUC − ½), from 0 to 1.
///
/// Features that go together each explain what they share, so the shares of all need not add up to
/// 1; and a feature that moved within its bins explains nothing.
public enum ExplainedShift {
  /// A prediction whose Mann–Whitney test has a p-value as large has not moved: the ratio of two
  /// chances says nothing.
  public static let significance = 0.001

  /// The share of the prediction's shift that a feature explains.
  ///
  /// - Parameters:
  ///   - feature: The feature in the window, against a reference that knows the prediction's ranks.
  ///   - prediction: The prediction in the same window, with the sums along the line.
  /// - Returns: 0 ... 1; nil where the reference knows no ranks, the window holds nothing of either
  ///   field, or the prediction has not moved.
  /// - Complexity: O(bins).
  public static func share(
    of feature: FieldComparison,
    in prediction: FieldComparison
  ) -> Double? {
    let test = MannWhitney.measure(prediction)
    guard let auc = test.value, let p = test.pValue, p < significance, auc != 0.5,
      let expected = expected(of: feature)
    else { return nil }
    return min(1, max(0, expected / (auc - 0.5)))
  }

  /// How far the prediction's mean rank moves by the feature's bins alone; nil when not known.
  ///
  /// A bin in which no row of the reference has a prediction counts as average.
  static func expected(of feature: FieldComparison) -> Double? {
    guard let ranks = feature.predictionRanks,
      let shares = Shares(
        reference: feature.referenceBins + [feature.referenceCompleteness.withoutValue],
        current: feature.currentBins + [feature.currentCompleteness.withoutValue]
      )
    else { return nil }
    var bins = ranks.makeIterator()
    return shares.sum { p, q in (q - p) * (((bins.next() ?? nil) ?? 0.5) - 0.5) }
  }
}

extension Completeness {
  /// Records without a usable value.
  fileprivate var withoutValue: UInt64 { records - values }
}
