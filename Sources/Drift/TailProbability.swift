internal import RealModule

/// A p-value together with its logarithm, which stays finite where the p-value underflows.
public struct TailProbability: Equatable, Sendable {
  /// The probability; 0 where it is too small for a double.
  public var value: Double
  /// Natural logarithm of the probability; not above 0.
  public var logarithm: Double

  /// A probability known by its logarithm; rounding above 1 is cut off.
  public init(logarithm: Double) {
    self.logarithm = min(0, logarithm)
    value = .exp(self.logarithm)
  }

  /// A probability that is too large for its logarithm to need care.
  public init(_ value: Double) {
    self.value = min(1, max(0, value))
    logarithm = .log(self.value)
  }

  /// One minus a probability that may be so small that the difference rounds to 1.
  public init(complementOf probability: Double) {
    let complement = min(1, max(0, probability))
    value = 1 - complement
    logarithm = .log(onePlus: -complement)
  }

  /// Certainty.
  public static let one = TailProbability(logarithm: 0)
}

extension Measurement {
  /// Notes a p-value and how it was found.
  mutating func note(_ tail: TailProbability, method: String) {
    pValue = tail.value
    logPValue = tail.logarithm
    self.method = method
  }
}
