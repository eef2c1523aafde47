internal import RealModule

/// Fisher's exact test of two samples with two values.
///
/// Two-sided: all tables that are at most as probable as the one seen, as
/// `scipy.stats.fisher_exact(table)`.
public enum FisherExact {
  /// The odds ratio of the table and its p-value.
  ///
  /// - Returns: `value` is infinite where a value is missing on the one side only; nil for a field
  ///   that does not have exactly two values, and when either side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let table = ContingencyTable(comparison), table.bins.count == 2
    else { return Measurement(nil) }
    let (first, second) = (table.bins[0], table.bins[1])
    let ratio =
      (Double(first.current) / Double(second.current))
      / (Double(first.reference) / Double(second.reference))
    var measurement = Measurement(ratio)
    measurement.note(tail(first, second), method: "exact")
    return measurement
  }

  /// The p-value of a part of both sides being a part by chance.
  ///
  /// - Parameters:
  ///   - part: Values that are alike; few of the smaller side are expected.
  ///   - totals: All values.
  /// - Returns: The two-sided p-value.
  static func tail(part: PairCount, of totals: PairCount) -> TailProbability {
    let rest = PairCount(
      reference: totals.reference &- part.reference,
      current: totals.current &- part.current
    )
    // the law is the same from either side; counted on the smaller one it is short
    guard totals.current > totals.reference else { return tail(part, rest) }
    return tail(part.swapped, rest.swapped)
  }

  /// Σ of the hypergeometric probabilities that are at most that of the table.
  ///
  /// The law has one peak: both sides of it are summed outwards until terms no longer count.
  ///
  /// - Complexity: O(√values).
  static func tail(_ first: PairCount, _ second: PairCount) -> TailProbability {
    let law = Hypergeometric(
      hits: Double(first.reference) + Double(first.current),
      misses: Double(second.reference) + Double(second.current),
      drawn: Double(first.current) + Double(second.current)
    )
    let seen = Double(first.current)
    let height = law.logarithm(seen)
    // as likely up to rounding counts as likely
    let limit = height + 1e-13 * max(1, abs(height))
    let isRight = seen >= law.mode
    let near = law.sum(from: seen, by: isRight ? 1 : -1)
    guard let far = law.other(side: isRight ? -1 : 1, notAbove: limit) else {
      return TailProbability(logarithm: height + .log(near))
    }
    let opposite = law.sum(from: far, by: isRight ? -1 : 1) * .exp(law.logarithm(far) - height)
    return TailProbability(logarithm: height + .log(near + opposite))
  }
}

extension PairCount {
  fileprivate var swapped: Self { PairCount(reference: current, current: reference) }
}

/// How many hits a draw without replacement holds.
private struct Hypergeometric {
  let hits, misses, drawn: Double

  var lowest: Double { max(0, drawn - misses) }
  var highest: Double { min(hits, drawn) }
  var mode: Double { ((hits + 1) * (drawn + 1) / (hits + misses + 2)).rounded(.down) }

  /// Logarithm of the probability of so many hits.
  func logarithm(_ count: Double) -> Double {
    KolmogorovSmirnov.logBinomial(hits, count)
      + KolmogorovSmirnov.logBinomial(misses, drawn - count)
      - KolmogorovSmirnov.logBinomial(hits + misses, drawn)
  }

  /// Probability of the next count upwards, over that of this one.
  private func ratio(_ count: Double) -> Double {
    (hits - count) / (count + 1) * ((drawn - count) / (misses - drawn + count + 1))
  }

  /// Σ of the probabilities from a count outwards, over the first.
  func sum(from start: Double, by direction: Double) -> Double {
    var (sum, term, count) = (1.0, 1.0, start)
    while direction > 0 ? count < highest : count > lowest {
      term *= direction > 0 ? ratio(count) : 1 / ratio(count - 1)
      count += direction
      sum += term
      if term < 1e-18 * sum { break }
    }
    return sum
  }

  /// The count nearest to the mode on one side of it that is not more probable; nil if none is.
  func other(side: Double, notAbove limit: Double) -> Double? {
    var (near, far) = (mode, side > 0 ? highest : lowest)
    guard logarithm(far) <= limit else { return nil }
    if logarithm(near) <= limit { near -= side }
    while abs(far - near) > 1 {
      let middle = ((near + far) / 2).rounded(.down)
      if logarithm(middle) <= limit { far = middle } else { near = middle }
    }
    return far
  }
}
