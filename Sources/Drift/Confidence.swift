/// How sure a lower bound must be.
public struct Confidence: Equatable, Sendable {
  /// Probability of a false alarm of one test in one window.
  public var alpha: Double
  /// Probability, spent once, that the reference's own distribution is off by more than allowed.
  public var delta: Double

  /// - Parameters:
  ///   - alpha: 0 < alpha < 1, per window and test.
  ///   - delta: 0 < delta < 1, for this field.
  public init(alpha: Double = 0.001, delta: Double) {
    precondition(alpha > 0 && alpha < 1, "alpha is \(alpha)")
    precondition(delta > 0 && delta < 1, "delta is \(delta)")
    self.alpha = alpha
    self.delta = delta
  }

  /// 1 % of doubt about the reference, split over the fields that are compared.
  public static func standard(fields: Int, alpha: Double = 0.001) -> Confidence {
    Confidence(alpha: alpha, delta: 0.01 / Double(max(1, fields)))
  }
}
