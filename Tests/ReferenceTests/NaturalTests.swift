import Drift
import Records
import TestSupport
import Testing

@testable import Reference

@Suite("Natural variation")
struct NaturalTests {
  /// Rows of five days whose values move with the day, in no order.
  static func rows(_ count: Int, days: Int, seed: UInt64) -> [(day: Int, x: Double?, c: String)] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let day = Int(random.next() % UInt64(days))
      let x = (random.uniform() * 30).rounded() + Double(day * day)
      let isMissing = random.uniform() < 0.05 * Double(day)
      let c = "c\(random.next() % UInt64(3 + day))"
      return (day, isMissing ? nil : x, c)
    }
  }

  static func lines(_ rows: [(day: Int, x: Double?, c: String)]) -> [String] {
    rows.map { row in
      // noon of the day, before 1970 too
      let seconds = (row.day - 2) * 86_400 + 43_200
      return "{\"t\":\(seconds),\"x\":\(row.x.map { "\($0)" } ?? "null"),\"c\":\"\(row.c)\"}"
    }
  }

  @Test(arguments: [(2000, 5), (400, 2), (3000, 40)])
  func equalsAllWindowsAgainstTheRestByDefinition(count: Int, days: Int) throws {
    let rows = Self.rows(count, days: days, seed: UInt64(count))
    let result = try Rows(Self.lines(rows)).learn(time: "t", window: .seconds(86_400))
    let confidence = Confidence(alpha: 0.001, delta: 0.01 / 2)
    var (drift, tv, missing) = (0.0, 0.0, 0.0)
    for day in 0..<days {
      let window = rows.filter { $0.day == day }
      let rest = rows.filter { $0.day != day }
      let values = (window.compactMap(\.x), rest.compactMap(\.x))
      drift = max(drift, Self.numericDrift(values.0, values.1, confidence))
      tv = max(tv, Self.categoricalDrift(window.map(\.c), rest.map(\.c), confidence))
      let change = ShareChange.bound(
        current: Self.missing(window.map(\.x)),
        reference: Self.missing(rest.map(\.x)),
        alpha: 0.001
      )
      missing = max(missing, change)
    }
    let x = try #require(result.profile.fields[0].reference.natural)
    let c = try #require(result.profile.fields[1].reference.natural)
    #expect(abs(x.drift - drift) < 1e-12 && (drift > 0) == (count > 1000))
    #expect(abs(c.drift - tv) < 1e-12)
    #expect(abs(x.missing - missing) < 1e-12)
    #expect(c.missing == 0)
  }

  @Test func categoriesBeyondTheLimitAreOneCell() throws {
    let rows = Self.rows(2000, days: 6, seed: 11)
    let result = try Rows(Self.lines(rows))
      .learn(categories: 2, time: "t", window: .seconds(86_400))
    guard case .categorical(let reference) = result.profile.fields[1].reference.distribution else {
      Issue.record("c is not categorical")
      return
    }
    func cell(_ name: String) -> String { reference.categories.contains(name) ? name : "other" }
    let bounds = (0..<6).map { day in
      Self.categoricalDrift(
        rows.filter { $0.day == day }.map { cell($0.c) },
        rows.filter { $0.day != day }.map { cell($0.c) },
        Confidence(alpha: 0.001, delta: 0.01 / 2)
      )
    }
    let natural = try #require(result.profile.fields[1].reference.natural)
    #expect(reference.categories.count == 2 && reference.other > 0)
    #expect(abs(natural.drift - (bounds.max() ?? 0)) < 1e-12 && natural.drift > 0)
  }

  private static func missing(_ values: [Double?]) -> Proportion {
    Proportion(hits: UInt64(values.count { $0 == nil }), count: UInt64(values.count))
  }

  private static func numericDrift(
    _ window: [Double],
    _ rest: [Double],
    _ confidence: Confidence
  ) -> Double {
    let distance = Set(window + rest).map { value in
      let left = Double(window.count { $0 <= value }) / Double(window.count)
      let right = Double(rest.count { $0 <= value }) / Double(rest.count)
      return abs(left - right)
    }.max()
    return DriftBound.numeric(
      distance: distance ?? 0,
      bound: 0,
      referenceCount: UInt64(rest.count),
      currentCount: UInt64(window.count),
      confidence: confidence
    )
  }

  private static func categoricalDrift(
    _ window: [String],
    _ rest: [String],
    _ confidence: Confidence
  ) -> Double {
    let names = Set(window + rest).sorted()
    let left = names.map { name in UInt64(window.count { $0 == name }) }
    let right = names.map { name in UInt64(rest.count { $0 == name }) }
    return DriftBound.categorical(
      distance: TotalVariation.distance(reference: right, current: left) ?? 0,
      pooledSpread: DriftBound.pooledSpread(reference: right, current: left),
      referenceCount: UInt64(rest.count),
      currentCount: UInt64(window.count),
      confidence: confidence
    )
  }

  @Test func aWindowCutShortByTheEndOfTheDataIsSaid() throws {
    let times = (0..<30).map { $0 * 10 } + [305]
    let rows = Rows(times.map { "{\"t\":\($0),\"x\":\($0 % 7)}" })
    let result = try rows.learn(time: "t", window: .seconds(100))
    #expect(result.warnings == [.partialWindow(rows: 1, usual: 10)])
    let whole = Rows(Array(rows.lines.dropLast()))
    #expect(try whole.learn(time: "t", window: .seconds(100)).warnings.isEmpty)
  }

  @Test func oneWindowTeachesNothingAndIsSaid() throws {
    let rows = Rows(["{\"t\":10,\"x\":1}", "{\"t\":20,\"x\":2}"])
    let result = try rows.learn(time: "t", window: .seconds(60))
    #expect(result.profile.fields[0].reference.natural == nil)
    #expect(result.warnings.contains(.oneWindow))
  }

  @Test func rowsWithoutAUsableTimeAreRejectedAndCounted() throws {
    let rows = Rows([
      "{\"t\":1700000000,\"x\":1}", "{\"x\":1}", "{\"t\":null,\"x\":1}", "{\"t\":true,\"x\":1}",
      "{\"t\":1700000000000,\"x\":1}", "{\"t\":\"2023-01-01T00:00:00Z\",\"x\":1}", "{\"t\":", "",
      "{\"t\":\"yesterday\",\"x\":1}", "{\"t\":1700090000,\"x\":1}",
    ])
    let result = try rows.learn(time: "t", window: .seconds(60))
    #expect(result.profile.rows == 2)
    #expect(result.profile.time?.unit == .seconds)
    #expect(
      result.profile.rejected == [
        RejectedRows(reason: .badJSON, count: 1), RejectedRows(reason: .noTime, count: 2),
        RejectedRows(reason: .badTime, count: 2), RejectedRows(reason: .badTimeUnit, count: 2),
      ]
    )
  }

  @Test func tooManyWindowsAreAnError() throws {
    let lines = (0...ValueCollector.windowLimit).map { "{\"t\":\($0),\"x\":1}" }
    #expect(throws: ReferenceError.self) {
      try Rows(lines).learn(time: "t", window: .seconds(1))
    }
  }
}
