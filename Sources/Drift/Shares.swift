import Sketches

/// Two count vectors over the same bins as shares of their totals.
struct Shares {
  /// Sum of the reference counts, above 0.
  let referenceTotal: Double
  /// Sum of the current counts, above 0.
  let currentTotal: Double
  private let reference: [UInt64]
  private let current: [UInt64]
  private let prior: Double

  /// Takes the counts, with a prior added to every bin of both sides.
  ///
  /// - Returns: nil when either side has no values.
  init?(reference: [UInt64], current: [UInt64], prior: Double = 0) {
    precondition(
      reference.count == current.count,
      "\(reference.count) reference bins, \(current.count) current bins"
    )
    referenceTotal = Double(reference.total)
    currentTotal = Double(current.total)
    guard referenceTotal > 0, currentTotal > 0 else { return nil }
    self.reference = reference
    self.current = current
    self.prior = prior
  }

  /// 1/n + 1/m: the variance of a difference of shares, over p (1 − p).
  var variance: Double { 1 / currentTotal + 1 / referenceTotal }

  /// Adds up a function of both shares of each bin, in the order of the bins.
  func sum(_ term: (_ reference: Double, _ current: Double) -> Double) -> Double {
    let added = prior * Double(reference.count)
    var sum = 0.0
    for (left, right) in zip(reference, current) {
      sum += term(
        (Double(left) + prior) / (referenceTotal + added),
        (Double(right) + prior) / (currentTotal + added)
      )
    }
    return sum
  }

  /// Adds up a function of each bin's share in both sides together, without the prior.
  func sumPooled(_ term: (_ pooled: Double) -> Double) -> Double {
    var sum = 0.0
    for (left, right) in zip(reference, current) {
      sum += term((Double(left) + Double(right)) / (referenceTotal + currentTotal))
    }
    return sum
  }
}

extension FieldComparison {
  /// Both sides' bins as shares; nil when either side has no values.
  func shares(prior: Double = 0) -> Shares? {
    Shares(reference: referenceBins, current: currentBins, prior: prior)
  }
}
