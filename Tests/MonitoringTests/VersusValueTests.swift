import Drift
import Foundation
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What is measured between two model versions is what their raw values differ by.
@Suite struct VersusValueTests {
  private static let rule =
    "{ name: Alike, each: numeric, expect: ks(versus 1) < 0.3 and psi(versus 1) < 0.2 }"

  private static func measured(
    _ name: String,
    _ result: WindowResult,
    field: Int = 0,
    against version: String = "1"
  ) -> Drift.Measurement? {
    result.comparisons(with: .version(version))[field].flatMap {
      Catalog.metric(named: name)?.measure($0, confidence: Confidence(delta: 0.01))
    }
  }

  private static func isNear(_ measured: Double?, _ expected: Double) -> Bool {
    measured.map { abs($0 - expected) < 1e-12 } ?? false
  }

  /// Samples of whole numbers, full of ties, constant ones among them.
  private static func samples(
    seed: UInt64,
    fractions: Bool = false
  ) -> [[String: [Double]]] {
    var random = SplitMix64(seed: seed)
    return (0..<6).map { hour in
      let samples = ["1", "2", "3"].map { version -> (String, [Double]) in
        let count = Int.random(in: 1...60, using: &random)
        let isConstant = Int.random(in: 0..<4, using: &random) == 0
        let least = Int.random(in: -20...80, using: &random)
        let values = (0..<count).map { _ in
          let value = Double(least + (isConstant ? 0 : Int.random(in: 0...40, using: &random)))
          return value + (fractions ? random.uniform() : 0)
        }
        return (version, values)
      }
      return Dictionary(uniqueKeysWithValues: samples)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func versionsOfOneReferenceAreComparedExactly(seed: UInt64) throws {
    let world = try VersusScene.world(Self.rule)
    let hours = Self.samples(seed: seed)
    let run = world.run([hours.enumerated().flatMap { VersusScene.hour($0, $1) }])
    #expect(run.windows.count == 18)
    for result in run.windows {
      let samples = hours[Int(Hourly.hour(result.window.start))]
      let (first, own) = (samples["1"] ?? [], samples[result.version?.name ?? ""] ?? [])
      guard result.version?.name != "1" else {
        #expect(result.comparisons(with: .version("1")).isEmpty)
        continue
      }
      // Values below the reference's smallest and above its largest are in one gap each.
      let isInside = (first + own).allSatisfy { (0...99).contains($0) }
      let (ks, psi) = (Self.measured("ks", result), Self.measured("psi", result))
      let distance = VersusScene.distance(first, own)
      if isInside { #expect(Self.isNear(ks?.value, distance)) }
      #expect((ks?.lower ?? ks?.value ?? 2) <= distance + 1e-12)
      #expect((ks?.upper ?? ks?.value ?? -1) >= distance - 1e-12)
      let stability = VersusScene.stability(VersusScene.bins(first), VersusScene.bins(own))
      #expect(Self.isNear(psi?.value, stability))
    }
  }

  /// Version 2 has a reference of its own, 3 too, and 1 the standard one: any of them may be the
  /// one compared with.
  @Test(arguments: 0..<4 as Range<UInt64>, ["1", "2", "3"])
  func versionsOfDifferentReferencesMeetAtTheStandardPoints(seed: UInt64, named: String) throws {
    let rules = Self.rule.replacing("versus 1", with: "versus \(named)")
    let second: [Double] = (0..<80).map { Double($0) * 5 + 0.5 }
    let third: [Double] = (0..<50).map { Double($0 % 7) }
    let world = try VersusScene.world(rules, own: ["2": second, "3": third])
    let hours = Self.samples(seed: seed, fractions: true)
    let run = world.run([hours.enumerated().flatMap { VersusScene.hour($0, $1) }])
    var (exact, open) = (0, 0)
    for result in run.windows where result.version?.name != named {
      let samples = hours[Int(Hourly.hour(result.window.start))]
      let (first, other) = (samples[named] ?? [], samples[result.version?.name ?? ""] ?? [])
      let ks = try #require(Self.measured("ks", result, against: named))
      let distance = VersusScene.distance(first, other)
      let lower: Double = ks.lower ?? ks.value ?? 2
      let upper: Double = ks.upper ?? ks.value ?? -1
      #expect(lower <= distance + 1e-12 && upper >= distance - 1e-12)
      if upper - lower < 1e-12 { exact += 1 } else { open += 1 }
      let stability = VersusScene.stability(VersusScene.bins(first), VersusScene.bins(other))
      let psi = Self.measured("psi", result, against: named)
      #expect(Self.isNear(psi?.value, stability))
      // against its own reference each is as ever
      #expect(result.fields.count == 2)
    }
    #expect(run.windows.count == 18 && open > 0 && exact + open == 12)
  }

  private static let ownReferences: [[String: [Double]]] = [[:], ["2": [1, 2, 3, 4, 5]]]

  @Test(arguments: ownReferences)
  func categoriesAreComparedExactly(own: [String: [Double]]) throws {
    let rule =
      "{ name: Alike, expect: 'psi(color, versus 1) < 1 and total_variation(color, versus 1) < 1' }"
    let world = try VersusScene.world(rule, own: own)
    let samples = ["1": (0..<70).map { Double($0) }, "2": (0..<37).map { Double($0) }]
    let run = world.run([VersusScene.hour(0, samples)])
    // the reference's order: each color as often, so by name; what it has not seen is the last
    let order = ["blue", "green", "red", "pink"]
    func counts(_ count: Int) -> [Int] {
      let drawn = (0..<count).map { VersusScene.colors[($0 * $0 + 1) % 4] }
      return order.map { color in drawn.count { $0 == color } }
    }
    let result = try #require(run.windows.first { $0.version?.name == "2" })
    let psi = Self.measured("psi", result, field: 1)
    #expect(Self.isNear(psi?.value, VersusScene.stability(counts(70), counts(37))))
    var variation = 0.0
    for (left, right) in zip(counts(70), counts(37)) {
      variation += abs(Double(left) / 70 - Double(right) / 37) / 2
    }
    #expect(Self.isNear(Self.measured("total_variation", result, field: 1)?.value, variation))
  }

  /// 1 less both sides' chance, each at half of the probability of a false alarm, which two
  /// versions of a window share where a budget gives it.
  @Test func theBoundHasBothSidesChance() throws {
    let rule = "{ name: Far, expect: 'drift(x, versus 1) < 0.1' }"
    let low = (0..<100).map { Double($0 % 40) }
    let samples = ["1": low, "2": low.map { $0 + 50 }]
    let run = try VersusScene.world(rule).run([VersusScene.hour(0, samples)])
    let measurement = run.alerts.first?.evidence?.observation.measurement
    let expected: Double = 1 - 2 * (log(4 / 0.001) / 200).squareRoot()
    #expect(Self.isNear(measurement?.value, expected))
    #expect(measurement?.bound == 0 && measurement?.distance == 1)
    #expect(run.text.contains { $0.contains("\"statistic\":\"drift(versus 1)\"") })
  }

  /// What an alert says of two versions or windows can be derived from what it carries.
  @Test(arguments: [
    "drift(x, versus 1) < 0.1", "drift(color, versus 1) < 0.01", "psi(color, versus 1) < 0.01",
    "chi_squared(x, versus 1) < 1", "ks(x, versus 1) < 0.1",
  ])
  func anAlertExplainsItself(condition: String) throws {
    let first: [Double] = (0..<200).map { Double($0 % 45) }
    let second: [Double] = (0..<300).map { Double($0 % 99) }
    let samples = ["1": first, "22": second]
    let run = try VersusScene.world("{ name: Far, expect: '\(condition)' }")
      .run([VersusScene.hour(0, samples)])
    let alert = try #require(run.alerts.first)
    let (evidence, field) = (try #require(alert.evidence), try #require(alert.comparison))
    let measurement = evidence.observation.measurement
    let reported = AlertDerivation.Reported(
      statistic: evidence.comparison.statistic,
      value: try #require(measurement.value),
      distance: measurement.distance,
      bound: measurement.bound,
      alpha: evidence.comparison.isLowerBound ? 0.001 : nil,
      currentCount: alert.currentCount,
      referenceCount: alert.referenceCount
    )
    let isNumeric = field.isNumeric
    let (left, right) = (field.referenceBins, field.currentBins)
    let digest = AlertDigest(
      edges: isNumeric ? field.edges : nil,
      categories: field.categories,
      reference: isNumeric ? left : left.dropLast(),
      current: isNumeric ? right : right.dropLast(),
      others: (0, 0),
      unseen: isNumeric ? (0, 0) : (left.last ?? 0, right.last ?? 0)
    )
    let derivation = AlertDerivation(reported, digest)
    #expect(derivation.outcome == (condition.hasPrefix("ks") ? .atLeast : .equal))
    let steps = derivation.steps.map(\.value)
    if condition.hasPrefix("drift(x") {
      // A side without end, of 2^64 values, is what a step leaves out of its own allowance.
      let difference = steps[0] - steps[1] - steps[2] - reported.value
      #expect(steps.count == 3 && abs(difference) < 1e-8)
    }
  }
}
