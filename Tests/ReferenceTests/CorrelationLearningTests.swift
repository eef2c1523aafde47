import Drift
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

@Suite("The correlations of a reference")
struct CorrelationLearningTests {
  private typealias Pair = ReferenceProfile.Correlations.Pair

  private static func pair(_ first: Int, _ second: Int, _ value: Double, _ count: UInt64) -> Pair {
    Pair(first: first, second: second, correlation: RankCorrelation(value: value, count: count))
  }

  /// Rows 0...9 of x, its opposite, a category, and a number that half of the rows lack.
  private static let lines = (0..<10).map { row in
    let half = row % 2 == 0 ? "null" : "\(row / 2 == 2 ? 9 : row / 2)"
    return "{\"x\":\(row),\"back\":\(-row),\"name\":\"n\(row % 3)\",\"one\":1,\"half\":\(half)}"
  }

  @Test func allPairsOfFewFieldsAreTold() throws {
    let doubled = try Rows(Self.lines + Self.lines).learn().profile
    // half: ranks of 0, 1, 9, 3, 4 in rows 1, 3, 5, 7, 9.
    let half = Self.pair(0, 4, 0.7, 10)
    let other = Self.pair(1, 4, -0.7, 10)
    let expected = [Self.pair(0, 1, -1, 20), half, other]
    let found = try #require(doubled.correlations)
    #expect(found.rows == 20 && found.pairs.count == 3)
    for (pair, expected) in zip(found.pairs, expected) {
      #expect(pair.first == expected.first && pair.second == expected.second)
      #expect(pair.correlation.count == expected.correlation.count)
      #expect(abs(pair.correlation.value - expected.correlation.value) < 1e-4)
    }
    // With five numbers in `half`, too few rows are left.
    let single = try #require(try Rows(Self.lines).learn().profile.correlations)
    #expect(single.rows == 10)
    #expect(single.pairs.map { [$0.first, $0.second] } == [[0, 1]])
  }

  @Test func theyAreFoundByNameInEitherOrder() throws {
    let profile = try Rows(Self.lines).learn().profile
    #expect(profile.correlation("x", "back")?.count == 10)
    #expect(profile.correlation("back", "x") == profile.correlation("x", "back"))
    #expect(abs(try #require(profile.correlation("x", "back")).value + 1) < 1e-15)
    for (one, other) in [("x", "x"), ("x", "half"), ("x", "one"), ("x", "name"), ("x", "nix")] {
      #expect(profile.correlation(one, other) == nil, "\(one) \(other)")
    }
  }

  @Test func withoutTwoNumbersThatVaryThereAreNone() throws {
    #expect(try Rows([]).learn().profile.correlations == nil)
    #expect(try Rows(x: (0..<20).map(String.init)).learn().profile.correlations == nil)
    let constant = (0..<20).map { "{\"x\":\($0),\"y\":3}" }
    #expect(try Rows(constant).learn().profile.correlations == nil)
    #expect(try Rows(Array(Self.lines.prefix(9))).learn().profile.correlations == nil)
  }

  /// What is told is the correlation of the ranks that windows are counted by.
  @Test func theRanksAreThoseOfTheWholeReference() throws {
    var random = SplitMix64(seed: 8)
    let values = (0..<12_000).map { _ in
      let x = random.uniform()
      return (x: x, y: (x + random.uniform() * 2).rounded(toMultipleOf: 0.125))
    }
    let lines = values.map { "{\"x\":\($0.x),\"y\":\($0.y)}" }
    let profile = try Rows(lines).learn(points: 100).profile
    let found = try #require(profile.correlation("x", "y"))
    #expect(profile.correlations?.rows == 10_000 && found.count == 10_000)
    let chosen = (0..<12_000 as Range<UInt64>).sorted { Hash64.mix($0) < Hash64.mix($1) }
    var comoments = Comoments()
    guard case .numeric(let x) = profile.fields[0].reference.distribution,
      case .numeric(let y) = profile.fields[1].reference.distribution
    else {
      Issue.record("not numeric")
      return
    }
    let tables = (RankTable(x), RankTable(y))
    for row in chosen.prefix(10_000) {
      let value = values[Int(row)]
      comoments.record(
        tables.0[x.points.cell(of: value.x)],
        tables.1[y.points.cell(of: value.y)]
      )
    }
    #expect(found.value == comoments.correlation)
    #expect(abs(found.value - 0.43) < 0.03)
  }

  @Test func bytesDoNotDependOnBatchesAndRowsWithoutATimeAreNoPart() throws {
    var random = SplitMix64(seed: 9)
    let lines = (0..<11_000).map { row in
      let time = row % 11 == 0 ? "null" : "\(row)"
      return "{\"t\":\(time),\"x\":\(random.next() % 50),\"y\":\(random.next() % 50)}"
    }
    var rows = Rows(lines)
    let expected = try rows.learn(time: "t").profile
    #expect(expected.rows == 10_000 && expected.correlations?.rows == 10_000)
    for size in [1, 777] {
      rows.batchSize = size
      #expect(try rows.learn(time: "t").profile.json == expected.json)
    }
    let used = Rows(lines.enumerated().filter { $0.offset % 11 != 0 }.map(\.element))
    #expect(try used.learn(time: "t").profile.correlations == expected.correlations)
  }

  @Test func ofManyPairsTheStrongestAreKept() throws {
    // 65 fields of one number and noise that grows from field to field.
    var random = SplitMix64(seed: 10)
    let lines = (0..<40).map { _ in
      let x = random.uniform()
      let members = (0..<65).map { "\"f\($0)\":\(x + Double($0) * random.uniform())" }
      return "{\(members.joined(separator: ","))}"
    }
    let found = try #require(try Rows(lines).learn().profile.correlations)
    #expect(65 * 64 / 2 == 2080 && found.pairs.count == 2000)
    let strengths = found.pairs.map(\.correlation.value.magnitude)
    #expect(strengths == strengths.sorted(by: >))
    #expect(found.pairs.contains { $0.first == 0 && $0.second == 1 })
    #expect(Set(found.pairs.map { [$0.first, $0.second] }).count == 2000)
  }

  @Test func equallyStrongPairsStandInTheOrderOfTheirFields() throws {
    let lines = (0..<12).map { "{\"a\":\($0),\"b\":\(-$0),\"c\":\($0 * 3),\"d\":\($0)}" }
    let found = try #require(try Rows(lines).learn().profile.correlations)
    let places = found.pairs.map { [$0.first, $0.second] }
    #expect(places == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])
    let signs = found.pairs.map(\.correlation.value.sign)
    #expect(signs == [.minus, .plus, .plus, .minus, .minus, .plus])
  }
}

@Suite("A sample of rows")
struct RowSampleTests {
  /// One batch of rows `{"x": number, "y": 2 number}`.
  private func record(_ numbers: Range<Int>, in sample: inout RowSample) throws {
    let lines = numbers.map { "{\"x\":\($0),\"y\":\($0 % 3 == 0 ? "\"?\"" : "\(2 * $0)")}" }
    let fields = ["x", "y"].map { FieldSchema(path: FieldPath($0), types: .number, kind: .numeric) }
    try Rows(lines).decode(fields) { batch in
      for row in 0..<batch.rowCount { sample.offer(row, number: UInt64(numbers.lowerBound + row)) }
      sample.record(batch, columns: [0, nil, 1])
    }
  }

  @Test(arguments: [1, 2, 3, 10, 63, 64, 65])
  func holdsTheRowsWhoseNumbersHashSmallest(limit: Int) throws {
    var sample = RowSample(of: [0, 2], rowLimit: limit)
    for start in stride(from: 0, to: 1000, by: 125) { try record(start..<start + 125, in: &sample) }
    let chosen = (0..<1000 as Range<UInt64>).sorted { Hash64.mix($0) < Hash64.mix($1) }
    #expect(sample.rowCount == limit)
    let (x, y) = (sample.column(0), sample.column(1))
    #expect(Set(x) == Set(chosen.prefix(limit).map { Double($0) }))
    for (x, y) in zip(x, y) {
      if Int(x) % 3 == 0 { #expect(y.isNaN) } else { #expect(y == 2 * x) }
    }
  }

  @Test func holdsAllRowsWhileTheyAreFew() throws {
    var sample = RowSample(of: [0, 2], rowLimit: 100)
    try record(0..<99, in: &sample)
    #expect(sample.column(0) == (0..<99).map(Double.init))
  }

  @Test func isBoundedInBytesToo() throws {
    var wide = RowSample(of: Array(0..<4096))
    for row in 0..<2000 { wide.offer(row, number: UInt64(row)) }
    #expect(wide.rowCount == 1023 && wide.rowCount * (4096 * 8 + 16) <= RowSample.byteLimit)
    var narrow = RowSample(of: [0])
    narrow.offer(0, number: 0)
    #expect(narrow.rowCount == 0)
  }
}

@Suite("Correlations in files")
struct CorrelationFileTests {
  private static func profile() throws -> ReferenceProfile {
    try Rows(
      (0..<12).map { "{\"x\":\($0),\"c\":\"k\",\"y\":\(-$0 * $0),\"z\":\($0 % 4 * 5 % 7)}" }
    ).learn().profile
  }

  @Test func whatIsSavedLoadsAsTheSame() throws {
    var profile = try Self.profile()
    let text = String(decoding: profile.json, as: UTF8.self)
    #expect(
      text.contains(
        """
          ],
          "correlations": {
            "rows": 12,
            "first": [0,0,2],
            "second": [2,3,3],
            "counts": [12,12,12],
            "values": [-1,
        """
      ),
      "\(text)"
    )
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
    let digest = profile.digest
    profile.correlations = nil
    #expect(profile.digest != digest)
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
  }

  @Test(arguments: [
    ("\"rows\": 12,\n    \"first\"", "\"rows\": 13,\n    \"first\"", "more than there are"),
    ("\"rows\": 12,\n    \"first\"", "\"rows\": 11,\n    \"first\"", "counts 12 rows of 11"),
    ("\"rows\": 12,\n    \"first\"", "\"first\"", "`rows` is missing"),
    ("\"first\": [0,0,2]", "\"first\": [0,0]", "have 2 first, 3 second fields, 3 counts and 3"),
    ("\"second\": [2,3,3]", "\"second\": [2,3]", "have 3 first, 2 second fields"),
    ("\"counts\": [12,12,12]", "\"counts\": [12]", "1 counts"),
    ("\"values\": [-1,", "\"values\": [-1,0.5,", "4 values"),
    ("\"first\": [0,0,2]", "\"first\": [0,0,3]", "is not of two numeric fields"),
    ("\"first\": [0,0,2]", "\"first\": [0,-1,2]", "is not of two numeric fields"),
    ("\"second\": [2,3,3]", "\"second\": [2,4,3]", "is not of two numeric fields"),
    ("\"second\": [2,3,3]", "\"second\": [1,3,3]", "is not of two numeric fields"),
    ("\"second\": [2,3,3]", "\"second\": [2,2,3]", "there twice"),
    ("\"counts\": [12,12,12]", "\"counts\": [12,13,12]", "counts 13 rows of 12"),
    ("\"counts\": [12,12,12]", "\"counts\": [12,9,12]", "counts 9 rows of 12"),
    ("\"values\": [-1,", "\"values\": [-1.5,", "a correlation of -1.5"),
    ("\"values\": [-1,", "\"values\": [-0.001,", "do not fall at 1"),
    ("\"values\": [-1,", "\"values\": [1e999,", "number that cannot be"),
  ])
  func wrongContentIsRefusedWithAReason(old: String, new: String, reason: String) throws {
    let text = String(decoding: try Self.profile().json, as: UTF8.self)
    let edited = text.replacing(old, with: new, maxReplacements: 1)
    #expect(edited != text, "\(old) is not in \(text)")
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
    }
    #expect(error.code == .badProfile && error.message.contains(reason), "\(error.message)")
  }

  @Test func moreThanTheLimitIsRefused() throws {
    var profile = try Self.profile()
    let pair = try #require(profile.correlations?.pairs.first)
    profile.correlations?.pairs = Array(repeating: pair, count: 2001)
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: profile.json, name: "r.json")
    }
    #expect(error.message.contains("2001 correlations; the limit is 2000"))
  }
}

extension Double {
  fileprivate func rounded(toMultipleOf step: Double) -> Double { (self / step).rounded() * step }
}
