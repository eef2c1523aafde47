internal import Sketches

/// How many different values there are, and how many come once or repeat, from the smallest hashes.
///
/// Exact up to `DistinctSketch.capacity` different values. Above, the kept hashes are a sample of
/// the different values: D is (k - 1) / reach (Beyer et al., SIGMOD 2007, relative standard error
/// 1 / sqrt(k - 2)), and what repeats is scaled up from the sample, as long as that is within five
/// standard errors of D. So few repetitions among very many values are seen long before they show
/// in D itself; one value that repeats is missed by the sample, and seen in D only where it makes a
/// sixth of all. All ends are three standard errors away.
struct DistinctEstimate {
  /// Different values.
  let distinct: Bracket
  /// Occurrences of a value beyond its first one.
  let repeats: Bracket
  /// Values that come once.
  let singles: Bracket

  /// The estimate of a sketch with at least one value.
  init(_ sketch: DistinctSketch) {
    let (sample, total) = (sketch.sample, Double(sketch.total))
    guard !sample.isComplete else {
      distinct = Bracket(Double(sample.distinct))
      repeats = Bracket(total - Double(sample.distinct))
      singles = Bracket(Double(sample.singles))
      return
    }
    let kept = Double(sample.distinct)
    let estimate = (kept - 1) / sample.reach
    let error = Self.deviations / (kept - 2).squareRoot()
    let least = min(total, max(kept, estimate * (1 - error)))
    let most = max(least, min(total, estimate * (1 + error)))
    let scaled = Double(sample.repeats) * (estimate / kept)
    let doubt = Self.doubt / (kept - 2).squareRoot()
    let isPlausible = abs(total - scaled - estimate) <= doubt * estimate
    let likely = isPlausible ? total - scaled : estimate
    let value = min(total, max(kept, likely))
    let (lower, upper) = (min(least, value), max(most, value))
    repeats = Bracket(lower: total - upper, value: total - value, upper: total - lower)
    distinct = Bracket(lower: lower, value: value, upper: upper)
    let share = Proportion(hits: sample.singles, count: sample.distinct)
    let margins = ShareChange.scoreMargins(share, z: Self.deviations)
    let once = Double(sample.singles) / kept
    singles = Bracket(
      lower: least * max(0, once - margins.lower),
      value: distinct.value * once,
      upper: most * min(1, once + margins.upper)
    )
  }

  private static let deviations = 3.0
  /// Standard errors from which on the sample is taken to have missed what repeats.
  private static let doubt = 5.0
}
