internal import RealModule
internal import Sketches

/// Two samples by bins: what tests of equal shares look at.
///
/// Bins that are empty on both sides are left out.
struct ContingencyTable: Equatable {
  /// Values that a bin expects of the smaller side at least, for the chi-squared law to be that of
  /// the tests.
  ///
  /// Cochran's 5 is for p-values of some percent. Monitors ask for 0.001, and there it is too few:
  /// of windows of 52 values, seven of ten of them in one bin and one in each of three, 0.20 % had
  /// p < 0.001. With 10, that is 102 such values, it is 0.14 %; see `ExactSizeTests`.
  private static let expectedValues = 10.0
  /// Values of both sides from which on the rare are tested by themselves: so many may be
  /// improbable enough for an alert, and one unseen value alone is no drift.
  private static let testedValues = 5.0

  /// Counts by bin.
  private(set) var bins: [PairCount]
  /// Values of both sides, each above 0.
  let totals: PairCount
  /// Whether the bins stand along a line.
  private let isNumeric: Bool
  /// Whether the reference's side is a window, too, that knows no more than the other.
  private let isOfWindows: Bool
  /// Of categories: those that the reference lists, in the order of their names.
  private let listed: [PairCount]
  /// The last bin of categories: those that the reference does not list.
  private let unlisted: PairCount
  /// Of categories: the rare ones that were too few for a bin of their own.
  private var rare: PairCount?

  /// The bins of a field; nil when either side has no values.
  init?(_ comparison: FieldComparison) {
    let all = zip(comparison.referenceBins, comparison.currentBins)
      .map { PairCount(reference: $0, current: $1) }
    bins = all.filter { $0 != PairCount() }
    totals = bins.reduce(PairCount(), +)
    isNumeric = comparison.isNumeric
    isOfWindows = comparison.isOfWindows
    listed = isNumeric ? [] : comparison.categoriesByName.map { all[$0] }
    unlisted = isNumeric ? PairCount() : all.last ?? PairCount()
    guard totals.reference > 0, totals.current > 0 else { return nil }
  }

  /// All values of both sides.
  var size: Double { Double(totals.reference) + Double(totals.current) }
  /// Bins less one.
  var degreesOfFreedom: Int { bins.count - 1 }

  /// The table with its small bins put together, so that each expects enough values.
  ///
  /// - Complexity: O(bins).
  var regrouped: Self {
    var table = self
    if isNumeric { table.joinNeighbours() } else { table.joinRareCategories() }
    return table
  }

  /// Joins bins along the line, each by its neighbours.
  ///
  /// The reference's quantiles made the bins, so its counts are what they are by design: only they
  /// say what is expected. Groups that followed the window's counts would gather its low bins; so
  /// would those that followed the earlier of two windows, so there it is both sides together.
  private mutating func joinNeighbours() {
    let weight = isOfWindows ? \PairCount.total : \.referenceValues
    let scale = Double(min(totals.reference, totals.current)) / totals[keyPath: weight]
    let (groups, left) = Self.joined(bins) { $0[keyPath: weight] * scale >= Self.expectedValues }
    bins = groups
    guard left != PairCount() else { return }
    bins = groups.dropLast() + [(groups.last ?? PairCount()) + left]
  }

  /// Bins joined in their order until each group is enough, and what is left over in the end.
  private static func joined(
    _ bins: [PairCount],
    until isEnough: (PairCount) -> Bool
  ) -> (groups: [PairCount], left: PairCount) {
    var groups: [PairCount] = []
    var open = PairCount()
    for bin in bins {
      open = open + bin
      guard isEnough(open) else { continue }
      groups.append(open)
      open = PairCount()
    }
    return (groups, open)
  }

  /// Keeps the frequent categories, joins less frequent ones, and puts the rare in one bin, the
  /// unlisted among them.
  ///
  /// How frequent one is both sides say together: without drift each value of that sum is as likely
  /// to be the window's as any other. Categories chosen by the reference's counts would fall back
  /// to their mean in the window (of 1,000 equal ones those that 1,000 reference values show five
  /// times: 87 % of windows at p < 0.001), and so would a bin of those that it has never seen.
  ///
  /// Rare is therefore what the reference may have missed by chance: it is no other than the
  /// unlisted. Others that are too small for a bin are joined by the next in the order of their
  /// names, which says nothing of their counts, as that of the reference would.
  private mutating func joinRareCategories() {
    let scale = Double(min(totals.reference, totals.current)) / size
    let referenceScale = Double(totals.reference) / size
    func isEnough(_ bin: PairCount) -> Bool { bin.total * scale >= Self.expectedValues }
    func isRare(_ bin: PairCount) -> Bool {
      !isOfWindows && bin.total * referenceScale < Self.expectedValues
    }
    let small = listed.filter { !isEnough($0) }
    let (groups, left) = Self.joined(small.filter { !isRare($0) }, until: isEnough)
    let others = small.filter(isRare).reduce(unlisted + left, +)
    bins = listed.filter(isEnough) + groups
    guard others != PairCount() else { return }
    let rarest = isEnough(others) ? nil : bins.indices.min { bins[$0].total < bins[$1].total }
    if let rarest {
      bins[rarest] = bins[rarest] + others
      rare = others
    } else {
      bins.append(others)
    }
  }

  /// Pearson's Σ (observed − expected)² / expected over both sides.
  ///
  /// Both sides of a bin differ from what is expected by the same number, so it is
  /// Σ (n r − m c)² / (m n (r + c)).
  var pearson: Double {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    return bins.reduce(0) { sum, bin in
      let (r, c) = (Double(bin.reference), Double(bin.current))
      let surplus = surplus(bin).double
      return sum + surplus / m * (surplus / n) / (r + c)
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

  /// A statistic of the chi-squared law with these degrees of freedom; nil of one bin, which says
  /// nothing: no statistic is small there because nothing has moved.
  func measurement(_ value: Double) -> Measurement {
    var measurement = Measurement(degreesOfFreedom > 0 ? value : nil)
    note(value, in: &measurement)
    guard measurement.pValue != nil else { return measurement }
    measurement.degreesOfFreedom = Double(degreesOfFreedom)
    return measurement
  }

  /// Notes the p-value of a statistic that tends to the chi-squared law of these bins.
  ///
  /// Rare categories that have no bin of their own, if there are enough values of them, are tested
  /// by themselves, exactly; then the p-value is twice the smaller one (Bonferroni). Of one bin
  /// there is no other test.
  func note(_ statistic: Double, in measurement: inout Measurement) {
    let law = SpecialFunctions.chiSquaredTail(
      degreesOfFreedom > 0 ? statistic * continuity : 0,
      degreesOfFreedom: degreesOfFreedom
    )
    guard let rare, rare.total >= Self.testedValues else {
      if degreesOfFreedom > 0 { measurement.note(law, method: "chi-squared") }
      return
    }
    let exact = FisherExact.tail(part: rare, of: totals)
    let least = min(law.logarithm, exact.logarithm)
    measurement.note(
      TailProbability(logarithm: least + .log(2)),
      method: law.logarithm <= exact.logarithm ? "chi-squared" : "exact"
    )
  }

  /// What Yates' correction for continuity leaves of a statistic of two bins, as a factor.
  ///
  /// The counts of two bins move in whole steps, and the law does not: without it 6.7 % of windows
  /// of 50 with two equal shares have p < 0.05. Statistics grow with the square of the difference.
  private var continuity: Double {
    guard bins.count == 2 else { return 1 }
    let difference = abs(surplus(bins[0]).double) / size
    let left = max(0, 1 - 0.5 / difference)
    return left * left
  }

  /// Observed less expected values of a bin, times all values.
  private func surplus(_ bin: PairCount) -> Int128 {
    Int128(bin.reference) &* Int128(totals.current)
      &- Int128(bin.current) &* Int128(totals.reference)
  }
}

extension PairCount {
  /// Values of both sides together.
  fileprivate var total: Double { Double(reference) + Double(current) }
  fileprivate var referenceValues: Double { Double(reference) }
}
