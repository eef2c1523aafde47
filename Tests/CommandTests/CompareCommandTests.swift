import Foundation
import TestSupport
import Testing

@Suite("leeway compare", .ownThreads)
struct CompareCommandTests {
  private func lines(_ count: Int, shift: Int = 0) -> String {
    (0..<count).map { index in
      "{\"x\":\((index * 7919 + shift) % 5000),\"c\":\"k\(index % (3 + shift % 2))\"}\n"
    }.joined()
  }

  @Test func aProfileGivesWhatItsRowsGive() throws {
    let folder = try Folder()
    let reference = try folder.write(lines(4000), to: "reference.ndjson")
    let current = try folder.write(lines(900, shift: 1501), to: "current.ndjson")
    let profile = folder.path + "/r.json"
    _ = try Command.run(["profile", reference, "-o", profile])
    let fromRows = try Command.run(["compare", reference, current, "--format", "json"])
    let fromProfile = try Command.run(["compare", profile, current, "--format", "json"])
    #expect(fromRows.output == fromProfile.output && fromRows.status == 0)
    let exact = try Command.run(["compare", reference, current, "--exact", "--format", "json"])
    let (one, two) = (try CompareReport(fromRows.output), try CompareReport(exact.output))
    let compressed = try #require(one.field("x")?.statistics["ks"])
    let full = try #require(two.field("x")?.statistics["ks"])
    let bound = try #require(compressed.bound)
    #expect(bound > 0 && full.bound == 0)
    #expect(abs((compressed.value ?? 9) - (full.value ?? -9)) <= bound + 1e-12)
    #expect(one.field("x")?.statistics["psi"]?.value == two.field("x")?.statistics["psi"]?.value)
    #expect(one.field("c")?.statistics["psi"]?.counts_current?.count == 4)
    #expect(one.field("x")?.statistics["unseen"] == nil)
    #expect(one.field("c")?.statistics["ks"] == nil)
    let refused = try Command.run(["compare", profile, current, "--exact"])
    #expect(refused.status == 64 && refused.errors.contains("is compressed"))
  }

  @Test func anExactProfileMayBeComparedExactly() throws {
    let folder = try Folder()
    let reference = try folder.write(lines(500), to: "reference.ndjson")
    let profile = folder.path + "/r.json"
    _ = try Command.run(["profile", reference, "-o", profile])
    let run = try Command.run(["compare", profile, reference, "--exact", "--format", "json"])
    let statistics = try #require(try CompareReport(run.output).field("x")?.statistics)
    #expect(statistics["ks"]?.value == 0 && statistics["ks"]?.p_value == 1)
    #expect(statistics["drift"]?.value == 0 && statistics["drift"]?.distance == 0)
  }

  @Test func tinyProbabilitiesKeepTheirLogarithm() throws {
    let folder = try Folder()
    let left = (0..<20_000).map { "\($0 % 50)\n" }.joined()
    let right = (0..<20_000).map { "\($0 % 50 + 100)\n" }.joined()
    let reference = try folder.write("x\n" + left, to: "reference.csv")
    let current = try folder.write("x\n" + right, to: "current.csv")
    let run = try Command.run(["compare", reference, current, "--format", "json"])
    let ks = try #require(try CompareReport(run.output).field("x")?.statistics["ks"])
    #expect(ks.value == 1 && ks.p_value == 0 && (ks.log_p ?? 0) < -690)
  }

  @Test func missingMismatchedAndUnexpectedAreCounted() throws {
    let folder = try Folder()
    let reference = try folder.write("{\"x\":1,\"y\":null}\n{\"x\":2}\n", to: "reference.ndjson")
    let text = "{\"x\":null,\"y\":1,\"z\":{\"q\":1}}\n{\"x\":\"3\"}\n\n{\"y\":4}\n{bad\n"
    let current = try folder.write(text, to: "current.ndjson")
    let run = try Command.run(["compare", reference, current, "--format", "json"])
    let report = try CompareReport(run.output)
    #expect(report.reference.rows == 2 && report.current.rows == 3)
    let (x, y) = (try #require(report.field("x")), try #require(report.field("y")))
    #expect(x.n_reference == 2 && x.n_current == 0 && x.missing_current == 2)
    #expect(x.statistics["type_mismatch"]?.value == 1.0 / 3)
    #expect(y.n_reference == 0 && y.missing_reference == 2 && y.n_current == 2)
    #expect(x.statistics["ks"]?.value == nil && x.statistics["psi"]?.value == nil)
    #expect(report.unexpected_fields == ["z.q"])
    #expect(run.errors.contains("current.ndjson:5: first row rejected as bad_json"))
    let table = try Command.run(["compare", reference, current])
    #expect(table.status == 0 && table.output.contains("only in current: z.q"))
  }

  @Test func theTableIsAlignedAndNarrow() throws {
    let folder = try Folder()
    let name = String(repeating: "long_", count: 20)
    let reference = try folder.write(
      "x,\(name)\n" + (0..<900).map { "\($0),a\n" }.joined(),
      to: "reference.csv"
    )
    let current = try folder.write(
      "x,\(name)\n" + (0..<900).map { "\($0 + 700),b\n" }.joined(),
      to: "current.csv"
    )
    let run = try Command.run(["compare", reference, current])
    let lines = run.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(lines[2].hasPrefix("x ") && lines[2].hasSuffix("*"))
    #expect(lines[3].contains("…  categorical") && lines[3].hasSuffix("*"))
    #expect(run.output.contains("2 of 2 fields drifted"))
  }

  @Test func badProfilesAndMissingFilesHaveTheirExitCodes() throws {
    let folder = try Folder()
    let rows = try folder.write(lines(50), to: "rows.ndjson")
    let profile = folder.path + "/r.json"
    _ = try Command.run(["profile", rows, "-o", profile])
    let text = String(decoding: try folder.read("r.json"), as: UTF8.self)
    let cut = try folder.write(String(text.prefix(text.count / 2)), to: "cut.json")
    let edited = try folder.write(
      text.replacingOccurrences(of: "\"std\": ", with: "\"std\": 9"),
      to: "edited.json"
    )
    let cases: [([String], Int32, String)] = [
      ([cut, rows], 78, "cut short"), ([edited, rows], 78, "learn it again"),
      ([profile, "/no/such"], 66, "/no/such: no such file"),
      (["/no/such", rows], 66, "/no/such: no such file"),
      ([profile, rows, "--kind", "x=categorical"], 64, "has its kinds already"),
      ([rows], 64, "current"), ([rows, profile], 64, "is a profile"),
    ]
    for (arguments, status, message) in cases {
      let run = try Command.run(["compare"] + arguments)
      #expect(run.status == status, "\(arguments) \(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func everyStatisticIsThere() throws {
    let folder = try Folder()
    let rows = { (shift: Int) in
      (1...10).map { "{\"x\":\($0 + shift),\"c\":\"\($0 % 2)\"}\n" }.joined()
    }
    let reference = try folder.write(rows(0), to: "reference.ndjson")
    let current = try folder.write(rows(1), to: "current.ndjson")
    let run = try Command.run(["compare", reference, current, "--exact", "--format", "json"])
    let report = try CompareReport(run.output)
    let numeric = try #require(report.field("x")?.statistics)
    #expect(numeric["wasserstein"]?.value == 1 && numeric["wasserstein"]?.bound == 0)
    #expect(numeric["quantile"]?.value == 6)
    #expect(numeric["mann_whitney"]?.value == 0.595)
    let tests = [
      "ks", "kuiper", "mann_whitney", "cramer_von_mises", "anderson_darling", "welch_t",
    ]
    for name in tests { #expect(numeric[name]?.p_value != nil, "\(name)") }
    // ten values are one bin, which says nothing
    #expect(numeric["psi"]?.value != nil && numeric["psi"]?.p_value == nil)
    for name in ["chi_squared", "g_test"] {
      let test = try #require(numeric[name])
      #expect(test.value == nil && test.p_value == nil, "\(name)")
    }
    for name in ["energy", "median_shift", "mean_shift", "std_ratio", "kl", "hellinger"] {
      #expect(numeric[name]?.value != nil, "\(name)")
    }
    let categorical = try #require(report.field("c")?.statistics)
    #expect(categorical["fisher"]?.p_value == 1 && categorical["cramers_v"]?.value == 0)
    #expect(categorical["l_infinity"]?.value == 0 && categorical["wasserstein"] == nil)
  }

  @Test func whatIsLeftOutStandsInOneOfTheFilesAtLeast() throws {
    let folder = try Folder()
    let reference = try folder.write("x,id\n1,a\n2,b\n", to: "reference.csv")
    let current = try folder.write("x,debug\n1,a\n2,b\n", to: "current.csv")
    for options in [[], ["--exact"], ["--compat", "evidently"]] {
      let compare = ["compare", reference, current] + options + ["--exclude"]
      let both = try Command.run(compare + ["id,debug"])
      #expect(both.status == 0 && both.errors == "", "\(both.errors)")
      let typo = try Command.run(compare + ["id,debgu"])
      #expect(typo.status == 64)
      #expect(typo.errors.hasPrefix("Error: --exclude debgu: there is no field debgu\n"))
    }
  }

  @Test func theMetricReferenceIsPrinted() throws {
    let run = try Command.run(["schema", "metrics"])
    let file = CompareGolden.repository.appendingPathComponent("rules/README.md")
    #expect(try run.output == String(contentsOf: file, encoding: .utf8))
  }
}
