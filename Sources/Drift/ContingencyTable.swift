internal import RealModule

/// Two samples by bins: what tests of equal shares look at.
///
/// Bins that are empty on both sides are left out.
struct ContingencyTable: Equatable {
  /// Counts by bin.
  private(set) var bins: [PairCount]
  /// Values of both sides, each above 0.
  let totals: PairCount

  /// The bins of a field; nil when either side has no values.
  init?(_ comparison: FieldComparison) {
    bins = zip(comparison.referenceBins, comparison.currentBins).compactMap { reference, current in
      reference == 0 && current == 0 ? nil : PairCount(reference: reference, current: current)
    }
    totals = bins.reduce(PairCount(), +)
    guard totals.reference > 0, totals.current > 0 else { return nil }
  }

  /// All values of both sides.
  var size: Double { Double(totals.reference) + Double(totals.current) }
  /// Bins less one.
  var degreesOfFreedom: Int { bins.count - 1 }

  /// The table with its smallest bins put together until all expect enough values on either side.
  ///
  /// From the smallest up, each group takes the next bin until it expects 5 (Cochran's rule); what
  /// is left over joins the last group. A category that was never seen before is a bin like any
  /// other, so one such value changes next to nothing.
  ///
  /// - Complexity: O(bins), and O(k log k) in the k small ones.
  var regrouped: Self {
    let enough = 5 * size / Double(min(totals.reference, totals.current))
    func count(_ bin: PairCount) -> Double { Double(bin.reference) + Double(bin.current) }
    let small = bins.filter { count($0) < enough }
    guard !small.isEmpty else { return self }
    var groups: [PairCount] = []
    var open = PairCount()
    for bin in small.enumerated().sorted(by: {
      (count($0.element), $0.offset) < (count($1.element), $1.offset)
    }) {
      open = open + bin.element
      guard count(open) >= enough else { continue }
      groups.append(open)
      open = PairCount()
    }
    var table = self
    table.bins = groups + bins.filter { count($0) >= enough }
    guard open != PairCount() else { return table }
    if table.bins.isEmpty {
      table.bins = [open]
    } else if groups.isEmpty,
      let next = table.bins.indices.min(by: {
        count(table.bins[$0]) < count(table.bins[$1])
      })
    {
      table.bins[next] = table.bins[next] + open
    } else {
      table.bins[groups.count - 1] = groups[groups.count - 1] + open
    }
    return table
  }

  /// Pearson's Σ (observed − expected)² / expected over both sides.
  ///
  /// Both sides of a bin differ from what is expected by the same number, so it is
  /// Σ (n r − m c)² / (m n (r + c)).
  var pearson: Double {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    return bins.reduce(0) { sum, bin in
      let (r, c) = (Double(bin.reference), Double(bin.current))
      let difference = Double(
        Int128(bin.reference) &* Int128(totals.current)
          &- Int128(bin.current) &* Int128(totals.reference)
      )
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
