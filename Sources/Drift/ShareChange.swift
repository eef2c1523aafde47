internal import RealModule

/// How much a share differs at least between two populations, at a stated confidence.
///
/// Newcombe's hybrid score interval for a difference of proportions, without continuity correction:
/// R. G. Newcombe, "Interval estimation for the difference between independent proportions",
/// Statistics in Medicine 17 (1998), method 10. It stays sensible at shares of 0 and 1, where the
/// textbook interval has no width.
///
/// The score interval is a large-sample one: it is wrong about as often as α says where a handful
/// of hits are expected. At α = 0.001 it is wrong in 0.6 % of the windows where half a hit is
/// expected among 50 records, and in 6 % where a fifteenth of one is, as often as there is any: a
/// single hit is then above small thresholds. One worth a whole record of the window is exceeded no
/// more often than α says, down to 1e-5; one worth half a record up to twice as often at 1e-4 and
/// seven times at 1e-5.
public enum ShareChange {
  /// The least change of a share, with the plain difference and the ceiling.
  ///
  /// Against a profile fewer mismatched or unseen values than expected are no change: 0. Of unseen
  /// ones the profile's margin is that of an estimate (see `UnseenMass`), and Newcombe's of the
  /// window's share alone.
  ///
  /// The ceiling is the value if all of the window's records counted, or none of them.
  ///
  /// - Returns: `value` 0 ... 1, without a sign; nil when either side has nothing to take a share
  ///   of.
  public static func measure(
    _ share: Share,
    _ comparison: FieldComparison,
    confidence: Confidence
  ) -> Measurement {
    let current = share.current(comparison)
    let expected = ExpectedShare(share, comparison, confidence: confidence)
    guard let currentShare = current.share, let referenceShare = expected.proportion.share else {
      return Measurement(nil)
    }
    var measurement = Measurement(expected.bound(current))
    measurement.distance = expected.distance(of: currentShare, from: referenceShare)
    measurement.ceiling = expected.ceiling(count: current.count)
    return measurement
  }

  /// Smallest number of window records at which the change could exceed a threshold at all.
  ///
  /// - Returns: nil when no number is large enough: the reference is too small.
  public static func recordsToDecide(
    _ share: Share,
    _ comparison: FieldComparison,
    confidence: Confidence,
    threshold: Double
  ) -> UInt64? {
    let expected = ExpectedShare(share, comparison, confidence: confidence)
    guard expected.proportion.count > 0 else { return nil }
    return smallestCount { expected.ceiling(count: $0) > threshold }
  }

  /// The smallest rise of a share at which its change exceeds a threshold.
  ///
  /// - Parameters:
  ///   - share: Which one.
  ///   - comparison: Its reference is looked at.
  ///   - threshold: 0 for the rise from which on the bound is above 0 at all.
  ///   - currentCount: Records, or values, that the window's share is of.
  ///   - confidence: Of the bound.
  /// - Returns: nil where no rise is large enough.
  public static func riseToExceed(
    _ share: Share,
    _ comparison: FieldComparison,
    threshold: Double,
    currentCount: UInt64,
    confidence: Confidence
  ) -> Double? {
    let expected = ExpectedShare(share, comparison, confidence: confidence)
    guard let known = expected.proportion.share, currentCount > 0 else { return nil }
    let hits = smallestCount { hits in
      let current = Proportion(hits: min(hits, currentCount), count: currentCount)
      return hits >= currentCount
        || Double(hits) > known * Double(currentCount) && expected.bound(current) > threshold
    }
    let current = Proportion(hits: min(hits ?? currentCount, currentCount), count: currentCount)
    guard expected.bound(current) > threshold, let found = current.share else { return nil }
    return found - known
  }

  /// The end of Newcombe's interval that is nearer to 0, without its sign; 0 when it holds 0.
  ///
  /// - Parameters:
  ///   - current: Hits in the window.
  ///   - reference: Hits in the reference.
  ///   - alpha: About the probability that the interval misses the true difference.
  /// - Returns: 0 ... 1; 0 when either side is empty.
  public static func bound(
    current: Proportion,
    reference: Proportion,
    alpha: Double
  ) -> Double {
    guard let p = current.share, let q = reference.share else { return 0 }
    let z = -SpecialFunctions.normalQuantile(alpha / 2)
    let (larger, smaller) = p >= q ? (current, reference) : (reference, current)
    let below = scoreMargins(larger, z: z).lower
    let above = scoreMargins(smaller, z: z).upper
    return max(0, abs(p - q) - .hypot(below, above))
  }

  /// How far Wilson's score interval reaches below and above the observed share.
  static func scoreMargins(
    _ proportion: Proportion,
    z: Double
  ) -> (lower: Double, upper: Double) {
    let n = Double(proportion.count)
    let p = Double(proportion.hits) / n
    let q = Double(proportion.count - proportion.hits) / n
    let spread = z * (p * q / n + z * z / (4 * n * n)).squareRoot()
    let shrink = 1 + z * z / n
    // (p + z²/2n ∓ spread) / shrink, less p: p z²/n is taken off before anything is rounded.
    let shift = z * z / n * (q - p) / 2
    return (max(0, (spread - shift) / shrink), max(0, (spread + shift) / shrink))
  }
}
