import Drift
import Records
import TestSupport
import Testing

@testable import Reference

@Suite("Exact comparison")
struct ExactComparisonTests {
  static func lines(_ count: Int, seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let x = (random.uniform() * 40 * Double(seed)).rounded() / 4
      return "{\"x\":\(random.uniform() < 0.1 ? "null" : "\(x)"),\"c\":\"v\(random.next() % 9)\"}"
    }
  }

  @Test(arguments: [1, 1 << 28])
  func equalsCountingOverAnExactProfile(memory: Int) throws {
    let (left, right) = (Rows(Self.lines(900, seed: 2)), Rows(Self.lines(400, seed: 3)))
    var reference = try left.collector(memory: memory)
    var current = try right.collector(memory: memory)
    let exact = try ExactComparison.compare(reference: &reference, current: &current)
    let profile = try left.learn(points: 100_000).profile
    #expect(profile.isExact)
    var counter = CurrentCounter(profile: profile)
    try right.decode(profile.fields.map(\.schema)) { counter.record($0, columns: [0, 1]) }
    #expect(exact.map(\.name) == ["x", "c"])
    for (one, other) in zip(exact, counter.fields) {
      // what lies between the profile's points is known to one of them only
      var (merged, counted) = (one.comparison, other.comparison)
      #expect(merged.distance == counted.distance)
      (merged.line, counted.line) = (nil, nil)
      #expect(merged == counted)
    }
  }

  @Test(arguments: [100_000, 20])
  func atomsHaveTheSameBinsBothWays(points: Int) throws {
    var random = SplitMix64(seed: 5)
    func rows(_ count: Int, from least: Double) -> Rows {
      Rows(
        x: (0..<count).map { _ in
          "\(random.uniform() < 0.6 ? 1 : least + random.uniform() * 3)"
        }
      )
    }
    let (left, right) = (rows(900, from: 0.9), rows(400, from: -1))
    var (reference, current) = (try left.collector(), try right.collector())
    let exact = try ExactComparison.compare(reference: &reference, current: &current)[0].comparison
    let profile = try left.learn(points: points).profile
    #expect(profile.isExact == (points > 20))
    var counter = CurrentCounter(profile: profile)
    try right.decode(profile.fields.map(\.schema)) { counter.record($0, columns: [0]) }
    let counted = counter.fields[0].comparison
    let below = 1.0.nextDown
    #expect(exact.edges == counted.edges && Array(exact.edges.prefix(2)) == [below, 1])
    #expect(exact.referenceBins == counted.referenceBins)
    #expect(exact.currentBins == counted.currentBins)
  }

  @Test func anEmptySideHasNoDistance() throws {
    var reference = try Rows(x: ["null"]).collector()
    var current = try Rows(x: ["null"]).collector()
    let compared = try ExactComparison.compare(reference: &reference, current: &current)
    #expect(compared[0].comparison.distance == nil && compared[0].missingInCurrent == 1)
  }
}
