internal import RealModule

/// Two samples by bins: what tests of equal shares look at.
///
/// Bins that are empty on both sides are left out.
struct ContingencyTable: Equatable {
  /// Counts by bin.
  private(set) var bins: [PairCount]
  /// Values of both sides, each above 0.
  let totals: PairCount
  /// Whether the bins stand along a line.
  private let isNumeric: Bool
  /// Whether the reference's side is a window, too, that knows no more than the other.
  private let isOfWindows: Bool

  /// The bins of a field; nil when either side has no values.
  init?(_ comparison: FieldComparison) {
    bins = zip(comparison.referenceBins, comparison.currentBins).compactMap { reference, current in
      reference == 0 && current == 0 ? nil : PairCount(reference: reference, current: current)
    }
    totals = bins.reduce(PairCount(), +)
    isNumeric = comparison.isNumeric
    isOfWindows = comparison.isOfWindows
    guard totals.reference > 0, totals.current > 0 else { return nil }
  }

  /// All values of both sides.
  var size: Double { Double(totals.reference) + Double(totals.current) }
  /// Bins less one.
  var degreesOfFreedom: Int { bins.count - 1 }

  /// The table with its small bins put together, as Cochran's rule of 5 expected values wants.
  ///
  /// What is expected comes from the reference's shares alone: groups that followed the window's
  /// counts would gather its low bins, and with them false alarms. So would those that followed the
  /// earlier of two windows: there it comes from both sides together, which without a change say
  /// nothing of either.
  ///
  /// - Complexity: O(bins).
  var regrouped: Self {
    var table = self
    table.bins = isNumeric ? neighbours : others
    return table
  }

  /// Whether fewer than 5 values of a bin are expected on the smaller side.
  private func isSmall(_ bin: PairCount) -> Bool { weight(bin) * scale < 5 }

  /// What expectations are made of.
  private func weight(_ bin: PairCount) -> Double {
    Double(bin.reference) + (isOfWindows ? Double(bin.current) : 0)
  }

  private var scale: Double {
    Double(min(totals.reference, totals.current)) / weight(totals)
  }

  /// Bins along the line, each joined by its neighbours until it expects enough.
  private var neighbours: [PairCount] {
    var groups: [PairCount] = []
    var open = PairCount()
    for bin in bins {
      open = open + bin
      guard !isSmall(open) else { continue }
      groups.append(open)
      open = PairCount()
    }
    guard open != PairCount() else { return groups }
    return groups.dropLast() + [(groups.last ?? PairCount()) + open]
  }

  /// Frequent categories, and all others in one bin, the unseen among them.
  ///
  /// Fewer than 5 of a bin that expects fewer say nothing: they join the rarest of the frequent.
  private var others: [PairCount] {
    let other = bins.filter(isSmall).reduce(PairCount(), +)
    var frequent = bins.filter { !isSmall($0) }
    let rarest = frequent.indices.min { weight(frequent[$0]) < weight(frequent[$1]) }
    guard let rarest, isSmall(other), isOfWindows || other.current < 5 else {
      return other == PairCount() ? frequent : frequent + [other]
    }
    frequent[rarest] = frequent[rarest] + other
    return frequent
  }

  /// Pearson's Σ (observed − expected)² / expected over both sides.
  ///
  /// Both sides of a bin differ from what is expected by the same number, so it is
  /// Σ (n r − m c)² / (m n (r + c)).
  var pearson: Double {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    return bins.reduce(0) { sum, bin in
      let (r, c) = (Double(bin.reference), Double(bin.current))
      let difference =
        (Int128(bin.reference) &* Int128(totals.current)
        &- Int128(bin.current) &* Int128(totals.reference)).double
      return sum + difference / m * (difference / n) / (r + c)
    }
  }

  /// 2 Σ observed ln(observed / expected) over both sides.
  var likelihoodRatio: Double {
    let (m, n) = (Double(totals.reference) / size, Double(totals.current) / size)
    return 2
      * bins.reduce(0) { sum, bin in
        let (r, c) = (Double(bin.reference), Double(bin.current))
        return sum + Self.deviance(r, from: (r + c) * m) + Self.deviance(c, from: (r + c) * n)
      }
  }

  private static func deviance(_ observed: Double, from expected: Double) -> Double {
    observed == 0 ? expected : SpecialFunctions.deviance(observed, from: expected)
  }

  /// A statistic of the chi-squared law with these degrees of freedom.
  func measurement(_ value: Double) -> Measurement {
    // one bin: nothing can differ but by rounding
    var measurement = Measurement(degreesOfFreedom > 0 ? value : 0)
    measurement.degreesOfFreedom = Double(degreesOfFreedom)
    measurement.note(
      SpecialFunctions.chiSquaredTail(measurement.value ?? 0, degreesOfFreedom: degreesOfFreedom),
      method: "chi-squared"
    )
    return measurement
  }
}
