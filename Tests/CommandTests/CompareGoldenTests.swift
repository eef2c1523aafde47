import Foundation
import TestSupport
import Testing

/// `compare_golden.json`, made by numpy and scipy.
struct CompareGolden: Decodable {
  struct Sample: Decodable {
    var name: String
    var reference: [GoldenValue]
    var current: [GoldenValue]
    var expected: Expected
  }

  struct Expected: Decodable {
    var ks: Double?
    var psi: Double
    var js_distance: Double
    var total_variation: Double
    var edges: [Double]?
    var categories: [String]?
    var counts_reference: [Int]
    var counts_current: [Int]
    var mean: Double?
    var std: Double?
  }

  struct Flights: Decodable {
    var rows_reference: Int
    var rows_current: Int
    var fields: [String: Expected]
  }

  var samples: [Sample]
  var flights: Flights

  static var repository: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  static func load() throws -> CompareGolden {
    let file = repository.appendingPathComponent("Tests/Golden/compare_golden.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

extension GoldenValue {
  /// As it stands in a row.
  var json: String {
    switch self {
    case .missing: "null"
    case .number(let number): "\(number)"
    case .text(let text): "\"\(text)\""
    }
  }
}

@Suite("compare equals numpy and scipy", .ownThreads)
struct CompareGoldenTests {
  @Test func smallSamplesExactlyAndOverAProfile() throws {
    for sample in try CompareGolden.load().samples {
      let folder = try Folder()
      func write(_ values: [GoldenValue], _ name: String) throws -> String {
        try folder.write(values.map { "{\"x\":\($0.json)}\n" }.joined(), to: name)
      }
      let reference = try write(sample.reference, "reference.ndjson")
      let current = try write(sample.current, "current.ndjson")
      for flags in [["--exact"], []] {
        let run = try Command.run(["compare", reference, current, "--format", "json"] + flags)
        #expect(run.status == 0, "\(run.errors)")
        let field = try #require(try CompareReport(run.output).field("x"))
        expect(field, equals: sample.expected, "\(sample.name) \(flags)")
        // scipy's distance knows no sides; ours has a reference, so it is reached elsewhere.
        guard let distance = sample.expected.ks else { continue }
        let sides = ["compare", current, reference, "--format", "json"] + flags
        let exchanged = try CompareReport(try Command.run(sides).output).field("x")
        let found = exchanged?.statistics["ks"]?.value ?? .nan
        #expect(abs(found - distance) <= 1e-12, "\(sample.name) \(flags) exchanged: \(found)")
      }
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func januaryAgainstJuly() throws {
    let golden = try CompareGolden.load().flights
    let folder = try Folder()
    let demo = CompareGolden.repository.appendingPathComponent("deploy/demo").path
    let (january, july) = (folder.path + "/january.ndjson", folder.path + "/july.ndjson")
    let select = "gzip -dc \"$1\" | grep -F \"$2\" > \"$3\""
    try folder.shell(select, demo + "/reference.ndjson.gz", "\"flight_id\":\"2013-01-", january)
    try folder.shell(select, demo + "/stream.ndjson.gz", "\"flight_id\":\"2013-07-", july)
    let run = try Command.run([
      "compare", january, july, "--exact", "--format", "json", "--exclude",
      "flight_id,tail_number,model_version,scheduled_departure",
    ])
    let report = try CompareReport(run.output)
    #expect(report.reference.rows == golden.rows_reference)
    #expect(report.current.rows == golden.rows_current)
    let numeric = report.fields.filter { $0.kind == "numeric" }
    #expect(numeric.map(\.name).sorted() == golden.fields.keys.sorted())
    for field in numeric {
      let expected = try #require(golden.fields[field.name])
      expect(field, equals: expected, field.name)
      #expect(field.statistics["ks"]?.bound == 0)
    }
  }

  private func expect(
    _ field: CompareReport.Field,
    equals expected: CompareGolden.Expected,
    _ name: String
  ) {
    let numbers = [
      ("ks", expected.ks), ("psi", expected.psi), ("js_distance", expected.js_distance),
      ("total_variation", expected.total_variation), ("mean", expected.mean),
      ("std", expected.std),
    ]
    for (statistic, expected) in numbers {
      guard let expected else { continue }
      let found = field.statistics[statistic]?.value ?? .nan
      let tolerance = statistic == "mean" || statistic == "std" ? 1e-9 : 1e-12
      #expect(
        abs(found - expected) <= tolerance * max(1, abs(expected)),
        "\(name) \(statistic): \(found) is not \(expected)"
      )
    }
    let psi = field.statistics["psi"]
    #expect(psi?.edges == expected.edges, "\(name)")
    #expect(psi?.categories == expected.categories, "\(name)")
    #expect(psi?.counts_reference == expected.counts_reference, "\(name)")
    #expect(psi?.counts_current == expected.counts_current, "\(name)")
  }
}
