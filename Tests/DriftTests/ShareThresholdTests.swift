import Drift
import RealModule
import Testing

/// How often a share that stayed what it was is said to have risen by more than a threshold: exact
/// binomial sums, since what is looked for is rarer than any simulation meets.
@Suite struct ShareThresholdTests {
  private static let referenceCount: UInt64 = 20_000

  /// The largest error over shares from 0.005 % to 3 %, in units of α.
  private static func worst(records: UInt64, threshold: Double, alpha: Double) -> Double {
    ([1, 2, 4, 10, 20, 60, 200, 600] as [UInt64]).map { hits -> Double in
      let reference = Proportion(hits: hits, count: referenceCount)
      let share = Double(hits) / Double(referenceCount)
      let first = (0...records).first { hits -> Bool in
        let current = Proportion(hits: hits, count: records)
        return Double(hits) > share * Double(records)
          && ShareChange.bound(current: current, reference: reference, alpha: alpha) > threshold
      }
      guard let first else { return 0 }
      return (first...min(records, first + 40)).reduce(0) { $0 + mass($1, records, share) } / alpha
    }.max() ?? 0
  }

  /// The binomial probability of so many hits.
  private static func mass(_ hits: UInt64, _ count: UInt64, _ share: Double) -> Double {
    let (n, k) = (Double(count), Double(hits))
    let ways = Double.logGamma(n + 1) - Double.logGamma(k + 1) - Double.logGamma(n - k + 1)
    return .exp(ways + k * .log(share) + (n - k) * .log(onePlus: -share))
  }

  @Test(arguments: [50, 100, 500, 2000] as [UInt64], [1e-3, 1e-4, 1e-5])
  func aThresholdWorthARecordKeepsTheLevel(records: UInt64, alpha: Double) {
    let worst = Self.worst(records: records, threshold: 1 / Double(records), alpha: alpha)
    #expect(worst < 1.25)
  }

  /// Half a record is where `check` begins to warn within a budget.
  @Test(arguments: [50, 100, 500, 2000] as [UInt64])
  func oneWorthHalfARecordNearlyDoes(records: UInt64) {
    let threshold = 0.5 / Double(records)
    #expect(Self.worst(records: records, threshold: threshold, alpha: 1e-3) < 1)
    #expect(Self.worst(records: records, threshold: threshold, alpha: 1e-4) < 2.5)
    #expect(Self.worst(records: records, threshold: threshold, alpha: 1e-5) < 8)
  }

  @Test func oneWorthATwentiethDoesNot() {
    #expect(Self.worst(records: 50, threshold: 0.001, alpha: 1e-3) > 20)
    #expect(Self.worst(records: 50, threshold: 0.001, alpha: 1e-5) > 100)
  }
}
