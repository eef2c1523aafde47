internal import RealModule

/// A p-value corrected for there being several tests.
public struct AdjustedTail: Equatable, Sendable {
  /// p k: the probability of any false alarm, by the union bound.
  public var bonferroni: TailProbability
  /// The same probability, stepwise, so never larger.
  ///
  /// Source: S. Holm, Scand. J. Stat. 6 (1979).
  public var holm: TailProbability
  /// The expected share of false alarms.
  ///
  /// Source: Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57 (1995).
  public var benjaminiHochberg: TailProbability
}

/// Corrections of the p-values of several tests, by their logarithms.
///
/// Logarithms keep the order where p-values underflow. Tests without a p-value do not count.
public enum MultipleTesting {
  /// The corrected p-values, in the order of the tests.
  ///
  /// - Parameter logarithms: Natural logarithms of the p-values; nil where there is none.
  /// - Returns: nil where there was none.
  /// - Complexity: O(k log k).
  public static func adjusted(_ logarithms: [Double?]) -> [AdjustedTail?] {
    let order = logarithms.indices.compactMap { index in
      logarithms[index].map { (index: index, logarithm: $0) }
    }.sorted { ($0.logarithm, $0.index) < ($1.logarithm, $1.index) }
    let count = Double(order.count)
    var result = [AdjustedTail?](repeating: nil, count: logarithms.count)
    var stepDown = -Double.infinity
    for (rank, test) in order.enumerated() {
      stepDown = max(stepDown, test.logarithm + .log(count - Double(rank)))
      result[test.index] = AdjustedTail(
        bonferroni: TailProbability(logarithm: test.logarithm + .log(count)),
        holm: TailProbability(logarithm: stepDown),
        benjaminiHochberg: .one
      )
    }
    var stepUp = 0.0
    for (rank, test) in order.enumerated().reversed() {
      stepUp = min(stepUp, test.logarithm + .log(count / Double(rank + 1)))
      result[test.index]?.benjaminiHochberg = TailProbability(logarithm: stepUp)
    }
    return result
  }
}
