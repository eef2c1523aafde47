internal import RealModule

/// The share that a window's is compared with, and what of the difference is a change.
///
/// What the reference does not know, and what is not of its types, is bad data: a window that has
/// less of it than the reference lets expect is none. Between two windows either may have more.
struct ExpectedShare {
  /// Hits of the reference, or of an earlier window.
  let proportion: Proportion
  /// Of the bound.
  private let alpha: Double
  /// Whether only more than expected is a change.
  private let isRise: Bool
  /// How far above its estimate the reference's true share may lie; nil where it is no estimate but
  /// counted, and Wilson's interval says so.
  private let above: Double?

  init(_ share: Share, _ comparison: FieldComparison, confidence: Confidence) {
    let reference = share.reference(comparison)
    let isEstimate = share == .unseen && !comparison.isNumeric && !comparison.isOfWindows
    proportion = reference
    alpha = confidence.alpha
    isRise = isEstimate || share == .mismatched && !comparison.isOfWindows
    above =
      isEstimate
      ? comparison.unseenAtMost(risk: confidence.alpha / 2) - (reference.share ?? 0) : nil
  }

  /// The plain difference, without its sign; 0 where it is no change.
  func distance(of current: Double, from reference: Double) -> Double {
    isRise ? max(0, current - reference) : abs(current - reference)
  }

  /// How much a window's share differs at least.
  func bound(_ current: Proportion) -> Double {
    guard let p = current.share, let q = proportion.share, !isRise || p > q else { return 0 }
    guard let above else {
      return ShareChange.bound(current: current, reference: proportion, alpha: alpha)
    }
    let z = -SpecialFunctions.normalQuantile(alpha / 2)
    return max(0, p - q - .hypot(ShareChange.scoreMargins(current, z: z).lower, above))
  }

  /// The bound if all of so many records counted, or none of them.
  func ceiling(count: UInt64) -> Double {
    let all = Proportion(hits: count, count: count)
    let none = Proportion(hits: 0, count: count)
    return max(bound(all), bound(none))
  }
}
