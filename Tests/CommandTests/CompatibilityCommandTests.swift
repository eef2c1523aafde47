import Drift
import Foundation
import TestSupport
import Testing

@Suite("leeway compare --compat", .ownThreads)
struct CompatibilityCommandTests {
  private struct Report: Decodable {
    struct Statistic: Decodable {
      var statistic: String
      var value, threshold: Double?
      var rule: String
      var drifted: Bool?
      var note: String?
    }

    struct Field: Decodable {
      var name, kind: String
      var chosen: Statistic
      var offered: [Statistic]
    }

    struct Dataset: Decodable {
      var drifted_fields, fields: Int
      var drifted: Bool?
    }

    var compat, tool: String
    var fields: [Field]
    var dataset: Dataset?
  }

  private func rows(_ values: [GoldenValue]) -> String {
    values.map { "{\"x\":\($0.json)}\n" }.joined()
  }

  @Test(arguments: ["integers", "missing", "letters", "missing categories"])
  func rowsGiveTheToolsNumbers(name: String) throws {
    let pair = try #require(try CompatibilityGolden().pairs.first { $0.name == name })
    let folder = try Folder()
    let reference = try folder.write(rows(pair.reference), to: "reference.ndjson")
    let current = try folder.write(rows(pair.current), to: "current.ndjson")
    for tool in CompatibleTool.allCases {
      let expected = pair.expected(of: tool)
      let run = try Command.run([
        "compare", reference, current, "--compat", tool.rawValue, "--format", "json",
      ])
      #expect(run.status == 0, "\(run.errors)")
      let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
      #expect(report.compat == tool.rawValue && report.fields.map(\.name) == ["x"])
      for expected in expected {
        let all = [report.fields[0].chosen] + report.fields[0].offered
        let found = try #require(all.first { $0.statistic == expected.name }, "\(tool)")
        let comment = "\(tool) \(expected.name) of \(name)"
        expectClose(found.value, expected.value, comment)
        expectClose(found.threshold, expected.threshold, "threshold of \(comment)")
        #expect(found.drifted == expected.drifted || expected.name == "chi2", "\(comment)")
      }
      #expect(report.fields[0].chosen.statistic == expected[0].name)
    }
  }

  private func expectClose(_ found: Double?, _ expected: Double?, _ comment: String) {
    guard let found, let expected else {
      #expect(found == expected, "\(comment)")
      return
    }
    #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(comment): \(found)")
  }

  @Test func theTableHasTheVerdict() throws {
    let folder = try Folder()
    let lines = { (shift: Int) in
      "x,c,\(String(repeating: "long_", count: 9))\n"
        + (0..<60).map { "\(Double($0 + shift) + 0.5),k\($0 % 2),\n" }.joined()
    }
    let reference = try folder.write(lines(0), to: "reference.csv")
    let current = try folder.write(lines(40), to: "current.csv")
    let run = try Command.run([
      "compare", reference, current, "--compat", "evidently", "--exclude",
      String(repeating: "long_", count: 9),
    ])
    #expect(
      run.output == """
        Evidently 0.7.23: reference 60 rows, current 60 rows
        field  statistic            value  threshold  drift
        x      K-S p_value     6.0989e-13  <= 0.05    yes
        c      Z-test p_value           1  < 0.05     no
        dataset drift: yes (1 of 2 fields; share of drifted columns >= 0.5)

        """
    )
    let whole = try Command.run(["compare", reference, current, "--compat", "evidently"])
    #expect(whole.output.contains("raises ValueError") && whole.output.contains("drift: - ("))
  }

  @Test func profilesAndOtherWordsAreRefused() throws {
    let folder = try Folder()
    let rows = try folder.write("{\"x\":1}\n{\"x\":2}\n", to: "rows.ndjson")
    let profile = folder.path + "/r.json"
    _ = try Command.run(["profile", rows, "-o", profile])
    let cases = [
      ([profile, rows, "--compat", "tfdv"], "has no rows"),
      ([rows, rows, "--compat", "tfdv", "--exact"], "value by value anyhow"),
      ([rows, rows, "--compat", "excel"], "evidently"),
    ]
    for (arguments, message) in cases {
      let run = try Command.run(["compare"] + arguments)
      #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
    }
  }
}
