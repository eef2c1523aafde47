/// What chance may do to a count of rare events.
public enum Binomial {
  /// The most hits that chance explains.
  ///
  /// - Parameters:
  ///   - trials: How many were made, at most about 10,000.
  ///   - probability: Of a hit in each, at most about 0.05.
  ///   - risk: How improbable more hits must be.
  /// - Returns: The smallest k with P(hits > k) < risk.
  public static func mostHits(trials: Int, probability: Double, risk: Double) -> Int {
    var term = (0..<trials).reduce(1.0) { power, _ in power * (1 - probability) }
    precondition(term > 0, "\(trials) trials of \(probability) are too many")
    var terms = [term]
    for k in 1...trials {
      term *= Double(trials - k + 1) / Double(k) * probability / (1 - probability)
      terms.append(term)
    }
    var above = 0.0
    for k in stride(from: trials, through: 1, by: -1) {
      above += terms[k]
      if above >= risk { return k }
    }
    return 0
  }
}
