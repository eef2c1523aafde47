internal import Sketches

/// Deequ's definitions: `analyzers/Distance.scala`.
///
/// The largest difference of the distribution functions (numeric) or of the shares (categorical),
/// less c √((n + m) / (n m)) with c = 1.8 where `correctForLowNumberOfSamples` is false, which is
/// its default; the name says the opposite. Deequ has no threshold: what follows from a distance is
/// up to the check. Quirks kept: `getRankMap` keys a map by the value, so each distinct value
/// counts once while its sketch holds all, up to 2,050. Larger samples go through random choices of
/// the sketch; they are compared exactly here. The chi-square test leaves out categories that
/// the baseline lacks, and adds the least expected category to the next until enough are expected.
enum Deequ: ToolDefinition {
  static let title = "Deequ 2.0.21"

  /// Values that a sketch of size 2,048 holds before it discards any.
  private static let sketchCapacity = 2050

  static func judge(_ field: PairedValues) -> [ToolStatistic] {
    guard !field.hasEmptySide else {
      return [ToolStatistic("linf_robust", nil, .above, nil, note: "Deequ has nothing to compare")]
    }
    let seen = field.numbers == nil ? field : asSeen(field)
    guard let distance = field.numbers == nil ? seen.largestShareDifference : seen.distance else {
      return []
    }
    let robust = ToolStatistic("linf_robust", seen.robust(distance), .above, nil, note: note(field))
    let simple = ToolStatistic("linf_simple", distance, .above, nil)
    return [robust, simple] + (field.numbers == nil ? [chiSquare(field)] : [])
  }

  private static func note(_ field: PairedValues) -> String? {
    guard field.numbers != nil else { return nil }
    let largest = max(field.totals.reference, field.totals.current)
    return largest > sketchCapacity ? "Deequ sketches so many values; compared exactly" : nil
  }

  /// The samples as `getRankMap` gives them: small ones without repetition.
  private static func asSeen(_ field: PairedValues) -> PairedValues {
    var seen = field
    if field.totals.reference <= sketchCapacity {
      for index in seen.counts.indices { seen.counts[index].reference.limitToOne() }
      seen.referenceCompleteness = Completeness()
      seen.referenceCompleteness.recordValue(count: UInt64(field.distinct(\.reference)))
    }
    if field.totals.current <= sketchCapacity {
      for index in seen.counts.indices { seen.counts[index].current.limitToOne() }
      seen.currentCompleteness = Completeness()
      seen.currentCompleteness.recordValue(count: UInt64(field.distinct(\.current)))
    }
    return seen
  }

  private static func chiSquare(_ field: PairedValues) -> ToolStatistic {
    var groups = field.counts.filter { $0.reference > 0 }
      .map { (expected: Double($0.reference), observed: Double($0.current)) }
    let observed = groups.reduce(0) { $0 + $1.observed }
    let scale = observed / groups.reduce(0) { $0 + $1.expected }
    for index in groups.indices { groups[index].expected *= scale }
    while groups.count >= 2 {
      let (enough, allowed) = groups.count == 2 ? (10.0, 0) : (5.0, groups.count / 5)
      guard groups.count(where: { $0.expected < enough }) > allowed else { break }
      let least = groups.remove(at: smallest(of: groups))
      let next = smallest(of: groups)
      groups[next].expected += least.expected
      groups[next].observed += least.observed
    }
    let name = "chi-square p_value"
    guard groups.count >= 2, observed > 0 else {
      return ToolStatistic(name, nil, .below, nil, note: "fewer than 2 categories are left: NaN")
    }
    return ToolStatistic(name, PairedValues.goodnessOfFit(groups).pValue, .below, nil)
  }

  private static func smallest(of groups: [(expected: Double, observed: Double)]) -> Int {
    groups.indices.min { groups[$0].expected < groups[$1].expected } ?? 0
  }
}

extension PairedValues {
  /// A distance less what two samples of this size may differ by: Deequ's `linf_robust`.
  func robust(_ distance: Double) -> Double {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    return max(0, distance - 1.8 * ((m + n) / (m * n)).squareRoot())
  }
}

extension UInt64 {
  fileprivate mutating func limitToOne() { self = Swift.min(self, 1) }
}
