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

  /// Student's t by scipy 1.17.1: stats.t.ppf(0.95, [1, 2, 3]).
  private static let students = [6.313751514675037, 2.9199855803537242, 2.3533634348018233]

  /// What one more part would be below, of days in order, by definition.
  ///
  /// - Parameters:
  ///   - allDays: Those that have values, cut into at most four parts, the longer ones first.
  ///   - cut: Whether the first and the last are cut short: they go with their neighbours' parts,
  ///     and count only where they are the farthest of all.
  ///   - bound: Of a day beside the days of all other parts.
  /// - Returns: The prediction, 0 ... 1.
  private static func prediction(
    days allDays: [Int],
    cut: Bool = false,
    bound: (_ day: Int, _ others: [Int]) -> Double
  ) -> Double {
    let days = cut ? Array(allDays.dropFirst().dropLast()) : allDays
    let count = min(4, days.count)
    var parts: [[Int]] = []
    var start = 0
    for part in 0..<count {
      let size = (days.count - start + count - part - 1) / (count - part)
      parts.append(Array(days[start..<start + size]))
      start += size
    }
    if cut {
      parts[0].append(allDays[0])
      parts[count - 1].append(allDays[allDays.count - 1])
    }
    let bounds = parts.map { part in
      part.map { day in (day, bound(day, allDays.filter { !part.contains($0) })) }
    }
    let largest = bounds.map { part in
      part.filter { days.contains($0.0) }.map(\.1).max() ?? 0
    }
    let highest = bounds.joined().map(\.1).max() ?? 0
    let mean = largest.reduce(0, +) / Double(count)
    let variance = largest.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count - 1)
    let next = mean + students[count - 2] * (variance * (1 + 1 / Double(count))).squareRoot()
    return min(1, max(next, highest))
  }

  @Test(arguments: [(2000, 5), (400, 2), (600, 3), (3000, 40)])
  func isWhatOneMorePartWouldBeBelowByDefinition(count: Int, days: Int) throws {
    let rows = Self.rows(count, days: days, seed: UInt64(count))
    let result = try Rows(Self.lines(rows)).learn(time: "t", window: .seconds(86_400))
    let confidence = Confidence(alpha: 0.001, delta: 0.01 / 2)
    let all = Array(0..<days)
    let known = all.filter { day in rows.contains { $0.day == day && $0.x != nil } }
    let drift = Self.prediction(days: known) { day, others in
      Self.numericBound(
        rows.filter { $0.day == day }.compactMap(\.x),
        rows.filter { others.contains($0.day) }.compactMap(\.x),
        confidence
      )
    }
    let variation = Self.prediction(days: all) { day, others in
      Self.categoricalBound(
        rows.filter { $0.day == day }.map(\.c),
        rows.filter { others.contains($0.day) }.map(\.c),
        of: rows.map(\.c),
        confidence
      )
    }
    let missing = Self.prediction(days: all) { day, others in
      ShareChange.bound(
        current: Self.missing(rows.filter { $0.day == day }.map(\.x)),
        reference: Self.missing(rows.filter { others.contains($0.day) }.map(\.x)),
        alpha: 0.001
      )
    }
    let x = try #require(result.profile.fields[0].reference.natural)
    let c = try #require(result.profile.fields[1].reference.natural)
    #expect(abs(x.drift - drift) < 1e-12)
    #expect(abs(c.drift - variation) < 1e-12)
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
    let expected = Self.prediction(days: Array(0..<6)) { day, others in
      Self.categoricalBound(
        rows.filter { $0.day == day }.map { cell($0.c) },
        rows.filter { others.contains($0.day) }.map { cell($0.c) },
        of: rows.map { cell($0.c) },
        Confidence(alpha: 0.001, delta: 0.01 / 2)
      )
    }
    let natural = try #require(result.profile.fields[1].reference.natural)
    #expect(reference.categories.count == 2 && reference.other > 0)
    #expect(abs(natural.drift - expected) < 1e-12 && natural.drift > 0)
  }

  /// By scipy 1.17.1: mean + stats.t.ppf(0.95, 3) * std(ddof=1) * sqrt(1.25).
  @Test func fewPartsThatDifferLeaveRoomForOneMore() {
    let order = WindowOrder([2, 0, 3, 1, 4], rows: [9, 9, 9, 9, 1])
    let parts = WindowParts(order, sizes: [9, 9, 9, 9, 1])
    #expect(parts.parts == [1, 3, 0, 2, 3])
    #expect(abs(parts.prediction([0.2, 0.4, 0.1, 0.3, 0.5]) - 0.5896787531459637) < 1e-15)
    #expect(parts.prediction([0.2, 0.4, 0.1, 0.3, 0.6]) == 0.6)
    #expect(parts.prediction([0.25, 0.25, 0.25, 0.25, 0]) == 0.25)
    #expect(parts.prediction([0, 0, 0, 0, 0]) == 0)
    #expect(parts.prediction([nil, 0.4, nil, nil, nil]) == 0.4)
    #expect(parts.prediction([nil, nil, nil, nil, nil]) == 0)
    #expect(parts.prediction([0.1, 0.9, 0.9, 0.1, nil]) == 1)
  }

  @Test func partsFollowOneAnotherInTime() {
    let parts = { (rows: [UInt64]) in
      WindowParts(WindowOrder(Array(rows.indices), rows: rows), sizes: rows).parts
    }
    #expect(parts(Array(repeating: 5, count: 10)) == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
    #expect(parts([5, 5, 0, 5]) == [0, 1, nil, 2])
    #expect(parts([1, 5, 5, 5, 5, 1]) == [0, 0, 1, 2, 3, 3])
    #expect(parts([1, 5]) == [0, 1])
    #expect(parts([]).isEmpty)
  }

  private static func missing(_ values: [Double?]) -> Proportion {
    Proportion(hits: UInt64(values.count { $0 == nil }), count: UInt64(values.count))
  }

  private static func numericBound(
    _ window: [Double],
    _ others: [Double],
    _ confidence: Confidence
  ) -> Double {
    let distance = Set(window + others).map { value in
      let left = Double(window.count { $0 <= value }) / Double(window.count)
      let right = Double(others.count { $0 <= value }) / Double(others.count)
      return abs(left - right)
    }.max()
    return DriftBound.numeric(
      distance: distance ?? 0,
      bound: 0,
      referenceCount: UInt64(others.count),
      currentCount: UInt64(window.count),
      confidence: confidence
    )
  }

  private static func categoricalBound(
    _ window: [String],
    _ others: [String],
    of all: [String],
    _ confidence: Confidence
  ) -> Double {
    let names = Set(all).sorted()
    let counts = { (texts: [String]) in names.map { name in UInt64(texts.count { $0 == name }) } }
    return DriftBound.categorical(
      distance: TotalVariation.distance(reference: counts(others), current: counts(window)) ?? 0,
      pooledSpread: DriftBound.pooledSpread(reference: counts(all), current: counts(all)),
      referenceCount: UInt64(others.count),
      currentCount: UInt64(window.count),
      confidence: confidence
    )
  }

  /// A day cut short at either end.
  @Test(arguments: [3, 30, 150]) func windowsCutShortCountWhereTheyAreTheFarthest(rows: Int) throws
  {
    var random = SplitMix64(seed: 5)
    let ends = (0..<rows).flatMap { _ in
      [0, 9].map { (day: $0, x: Double?.some(40 + random.uniform()), c: "c1") }
    }
    let all = Self.rows(4000, days: 10, seed: 5).filter { 1...8 ~= $0.day } + ends
    let result = try Rows(Self.lines(all)).learn(time: "t", window: .seconds(86_400))
    let expected = Self.prediction(days: Array(0..<10), cut: true) { day, others in
      Self.categoricalBound(
        all.filter { $0.day == day }.map(\.c),
        all.filter { others.contains($0.day) }.map(\.c),
        of: all.map(\.c),
        Confidence(alpha: 0.001, delta: 0.01 / 2)
      )
    }
    let natural = try #require(result.profile.fields[1].reference.natural)
    #expect(abs(natural.drift - expected) < 1e-12 && natural.drift > 0)
    #expect(result.warnings.count == 1)
  }

  @Test func aWindowCutShortByTheEndOfTheDataIsSaid() throws {
    let times = (0..<30).map { $0 * 10 } + [305]
    let rows = Rows(times.map { "{\"t\":\($0),\"x\":\($0 % 7)}" })
    let result = try rows.learn(time: "t", window: .seconds(100))
    #expect(result.warnings == [.partialWindow(rows: 1, usual: 10)])
    let two = try Rows(Array(rows.lines.suffix(11))).learn(time: "t", window: .seconds(100))
    #expect(two.warnings == [.partialWindow(rows: 1, usual: 10)])
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
