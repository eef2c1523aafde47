internal import RealModule
internal import Sketches

/// `drift`: how far apart two populations are at least, at a stated confidence.
///
/// Numeric fields: the Kolmogorov–Smirnov distance less what the Dvoretzky–Kiefer–Wolfowitz
/// inequality (with Massart's constant, Ann. Probab. 18, 1990) allows chance on either side; it
/// holds for every distribution, ties included. Categorical fields: the total variation distance
/// less its average excess and McDiarmid's allowance ("On the method of bounded differences",
/// 1989). Categories that the reference lacks were chosen by it: what a window without drift has of
/// them is in the excess, too.
public enum DriftBound {
  /// The lower bound of a field, with the plain distance and the ceiling.
  ///
  /// Between two windows each side has half of α, so that the bound is above the truth with a
  /// probability of at most α.
  ///
  /// The ceiling is the value if every record of the window lay below the reference's range
  /// (numeric), or in the reference's rarest cell, as a rule the unseen one (categorical).
  ///
  /// - Returns: `value` 0 ... 1; nil when either side has no values.
  public static func measure(
    _ comparison: FieldComparison,
    confidence: Confidence
  ) -> Measurement {
    let (reference, current) = (comparison.referenceBins, comparison.currentBins)
    guard
      comparison.referenceCount > 0, comparison.currentCount > 0,
      let distance = comparison.isNumeric
        ? comparison.distance : TotalVariation.distance(reference: reference, current: current)
    else { return Measurement(nil) }
    let value =
      comparison.isNumeric
      ? numeric(
        distance: distance,
        bound: comparison.distanceBound,
        referenceCount: comparison.referenceCount,
        currentCount: comparison.currentCount,
        confidence: comparison.shared(confidence)
      )
      : categorical(comparison, current: current, confidence: confidence)
    var measurement = Measurement(value)
    measurement.distance = distance
    measurement.bound =
      comparison.line?
      .measurement(\.largest, bound: comparison.distanceBound).bound
    let extreme = ceiling(comparison, currentCount: comparison.currentCount, confidence: confidence)
    measurement.ceiling = max(value, extreme)
    return measurement
  }

  /// `excess_drift`: the part of `drift` that the reference does not show against itself.
  ///
  /// Not learned natural variation counts as 0.
  public static func excess(
    _ comparison: FieldComparison,
    confidence: Confidence
  ) -> Measurement {
    var measurement = measure(comparison, confidence: confidence)
    let natural = comparison.natural?.drift ?? 0
    measurement.value = measurement.value.map { max(0, $0 - natural) }
    measurement.ceiling = measurement.ceiling.map { max(0, $0 - natural) }
    return measurement
  }

  /// `natural`: how far windows go that are like the reference's; nil when not learned.
  public static func natural(_ comparison: FieldComparison) -> Measurement {
    Measurement(comparison.natural?.drift)
  }

  /// The lower bound from a Kolmogorov–Smirnov distance: D − bound − both sides' allowances.
  ///
  /// - Parameters:
  ///   - distance: 0 ... 1.
  ///   - bound: What the distance may be off by.
  ///   - referenceCount: Its allowance is √(ln(2/δ) / 2m).
  ///   - currentCount: Its allowance is √(ln(2/α) / 2n).
  ///   - confidence: α and δ: the bound is above the truth with a probability of at most α + δ.
  /// - Returns: 0 ... 1; 0 when either side is empty.
  public static func numeric(
    distance: Double,
    bound: Double,
    referenceCount: UInt64,
    currentCount: UInt64,
    confidence: Confidence
  ) -> Double {
    let fromReference = Double.log(2 / confidence.delta) / 2 / Double(referenceCount)
    let fromCurrent = Double.log(2 / confidence.alpha) / 2 / Double(currentCount)
    return max(0, distance - bound - fromReference.squareRoot() - fromCurrent.squareRoot())
  }

  /// The lower bound from a total variation distance.
  ///
  /// TV − ½ √(1/n + 1/m) Σ √(r (1 − r)) − √(½ ln(1/α) (1/n + 1/m)). The middle term bounds how much
  /// chance adds on average, with r estimated from both samples: that one step is measured, not
  /// proved.
  ///
  /// - Parameters:
  ///   - distance: 0 ... 1.
  ///   - pooledSpread: As `pooledSpread(reference:current:)` gives it.
  ///   - referenceCount: Values of the reference, m.
  ///   - currentCount: Values of the window, n.
  ///   - confidence: Only α is used: both samples are in the one allowance.
  /// - Returns: 0 ... 1; 0 when either side is empty.
  public static func categorical(
    distance: Double,
    pooledSpread: Double,
    referenceCount: UInt64,
    currentCount: UInt64,
    confidence: Confidence
  ) -> Double {
    guard referenceCount > 0, currentCount > 0 else { return 0 }
    let variance = 1 / Double(currentCount) + 1 / Double(referenceCount)
    let excess = pooledSpread * variance.squareRoot() / 2
    let allowance = (Double.log(1 / confidence.alpha) * variance / 2).squareRoot()
    return max(0, distance - excess - allowance)
  }

  /// Σ √(r (1 − r)) with r the share of a bin in both sides together; 0 when either is empty.
  ///
  /// - Complexity: O(bins).
  public static func pooledSpread(reference: [UInt64], current: [UInt64]) -> Double {
    Shares(reference: reference, current: current)?.sumPooled { ($0 * (1 - $0)).squareRoot() } ?? 0
  }
}

extension DriftBound {
  /// Smallest number of window values at which `drift` could exceed a threshold at all.
  ///
  /// With fewer a rule is undecided. For `excess_drift` add `natural` to the threshold.
  ///
  /// - Returns: nil when no number is large enough: the reference is too small.
  /// - Complexity: O(64 bins).
  public static func recordsToDecide(
    _ comparison: FieldComparison,
    confidence: Confidence,
    threshold: Double
  ) -> UInt64? {
    guard comparison.referenceCount > 0 else { return nil }
    return smallestCount { count in
      ceiling(comparison, currentCount: count, confidence: confidence) > threshold
    }
  }

  /// The bound of the window of this size that is farthest from the reference.
  ///
  /// Increases with the size: the allowances shrink, and so does √(1/n + 1/m) √(r (1 − r)) in every
  /// bin.
  private static func ceiling(
    _ comparison: FieldComparison,
    currentCount: UInt64,
    confidence: Confidence
  ) -> Double {
    guard !comparison.isNumeric else {
      return numeric(
        distance: 1,
        bound: comparison.distanceBound,
        referenceCount: comparison.referenceCount,
        currentCount: currentCount,
        confidence: comparison.shared(confidence)
      )
    }
    let reference = comparison.referenceBins
    let rarest = reference.indices.min { reference[$0] < reference[$1] }
    guard let rarest else { return 0 }
    var current = [UInt64](repeating: 0, count: reference.count)
    current[rarest] = currentCount
    return categorical(comparison, current: current, confidence: confidence)
  }

  /// The bound of a window of a field's categories.
  ///
  /// Half of the unseen share is what it adds to the distance without drift.
  private static func categorical(
    _ comparison: FieldComparison,
    current: [UInt64],
    confidence: Confidence
  ) -> Double {
    let reference = comparison.referenceBins
    let unseen = unseenShare(of: comparison)
    return categorical(
      distance: (TotalVariation.distance(reference: reference, current: current) ?? 0) - unseen / 2,
      pooledSpread: pooledSpread(reference: reference, current: current),
      referenceCount: comparison.referenceCount,
      currentCount: current.total,
      confidence: confidence
    )
  }

  /// What the reference itself lets expect of unseen categories.
  private static func unseenShare(of comparison: FieldComparison) -> Double {
    guard !comparison.isOfWindows else { return 0 }
    return Double(comparison.unseenEstimate) / Double(comparison.referenceCount)
  }

  /// The smallest distance of a window from the reference at which `drift` exceeds a threshold.
  ///
  /// - Parameters:
  ///   - comparison: Of categories, its window tells how far chance spreads: best one as the
  ///     reference.
  ///   - threshold: 0 for the distance from which on `drift` is above 0 at all.
  ///   - currentCount: Values of the window.
  ///   - confidence: Of the bound.
  /// - Returns: nil where no distance is large enough.
  public static func distanceToExceed(
    _ comparison: FieldComparison,
    threshold: Double,
    currentCount: UInt64,
    confidence: Confidence
  ) -> Double? {
    guard comparison.referenceCount > 0, currentCount > 0 else { return nil }
    // The bound is the distance less an allowance; far enough, nothing is cut off at 0.
    let far = 8.0
    let value =
      comparison.isNumeric
      ? numeric(
        distance: far,
        bound: comparison.distanceBound,
        referenceCount: comparison.referenceCount,
        currentCount: currentCount,
        confidence: comparison.shared(confidence)
      )
      : categorical(
        distance: far - unseenShare(of: comparison) / 2,
        pooledSpread: pooledSpread(
          reference: comparison.referenceBins,
          current: comparison.currentBins
        ),
        referenceCount: comparison.referenceCount,
        currentCount: currentCount,
        confidence: confidence
      )
    let distance = threshold + far - value
    return value > 0 && distance < 1 ? distance : nil
  }
}

/// Smallest count of at least 1 that satisfies a condition which holds from some count on.
///
/// - Returns: nil when it does not hold at 2⁶³ either.
func smallestCount(where condition: (UInt64) -> Bool) -> UInt64? {
  var upper: UInt64 = 1
  while !condition(upper) {
    guard upper < 1 << 63 else { return nil }
    upper *= 2
  }
  var lower = upper / 2
  while upper - lower > 1 {
    let middle = lower + (upper - lower) / 2
    if condition(middle) { upper = middle } else { lower = middle }
  }
  return upper
}
