import Foundation
import TestSupport
import Testing

/// Tombstones, `where`, and what a line of a file does not have.
@Suite("filtered records", .ownThreads)
struct FilterTests {
  private func bench(where condition: String? = nil) throws -> MonitorBench {
    var bench = try MonitorBench()
    if let condition { bench.source = ["where: \(condition)"] }
    bench.fields.append("ignore: [kind, flag]")
    try bench.learn(PlainStream.reference)
    return bench
  }

  @Test("a blank line is a tombstone: filtered, in the window it came in, no dead letter")
  func tombstones() throws {
    var lines = PlainStream.lines(hours: 24..<26, seed: 2)
    lines.insert(contentsOf: ["", "\r", ""], at: 300)
    lines.insert("", at: 0)
    let run = try bench().replay(lines)
    run.expectConservation(read: 404)
    #expect(run.windows.map(\.data.records) == [200, 200])
    #expect(run.windows.map(\.data.filtered) == [1, 3])
    #expect(run.deadLetters.isEmpty && run.transitions == [])
    #expect(run.windows.last?.data.offsets == [Replayed.Cover(partition: 0, start: 201, end: 404)])
  }

  @Test("`where` keeps what equals all its values, as written; the rest is filtered unjudged")
  func conditions() throws {
    let kinds: [String?] = ["\"scored\"", "\"Scored\"", "\"\"", "null", "1", nil, "[\"scored\"]"]
    var index = 0
    let lines = PlainStream.lines(hours: 24..<26, seed: 2) { record in
      record.members["kind"] = kinds[index % kinds.count]
      record.members["flag"] = index < 210 ? "true" : "false"
      // what is filtered may be anything
      if index % kinds.count != 0 { record.members["x"] = "\"?\"" }
      if index % kinds.count == 1 { record.members["t"] = nil }
      index += 1
    }
    let run = try bench(where: "{ kind: scored, flag: true }").replay(lines)
    run.expectConservation(read: 400)
    #expect(run.printed("accepted") == 30 && run.printed("filtered") == 370)
    #expect(run.printed("rejected") == 0 && run.transitions == [])
    let all = try bench(where: "{ kind: 1 }").replay(lines)
    all.expectConservation(read: 400)
    #expect(all.printed("accepted") == 57 && all.printed("rejected") == 0)
    #expect(all.transitions.allSatisfy { $0.contains("TypesAsLearned(x)") })
  }

  @Test("a gate does not pass where nothing was judged: all is filtered, or there is nothing")
  func gate() throws {
    let lines = PlainStream.lines(hours: 24..<26, seed: 2)
    let filtering = try bench(where: "{ kind: nope }")
    let cases: [(lines: [String], gate: [String], status: Int32, errors: String)] = [
      (lines, [], 0, ""), ([], [], 0, ""),
      (lines, ["--fail-on", "info"], 66, "400 read, 400 filtered"),
      ([], ["--fail-on", "info"], 66, "0 read, 0 filtered"),
    ]
    for (lines, gate, status, said) in cases {
      let run = try filtering.replay(lines, arguments: gate)
      #expect(run.status == status && run.printed("filtered") == lines.count)
      let message = "leeway: no record was judged, so --fail-on cannot pass: \(said)\n"
      #expect(run.errors.hasSuffix(said.isEmpty ? "" : message), "\(run.errors)")
    }
    // what is accepted is judged
    let run = try bench().replay(lines, arguments: ["--fail-on", "info"])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("records are rejected before `where` can look at them")
  func rejectedBeforeFiltered() throws {
    let lines = PlainStream.lines(hours: 24..<25, seed: 2) { $0.members["kind"] = "\"scored\"" }
    let run = try bench(where: "{ kind: scored }").replay(lines + ["{\"kind\":\"other\""])
    run.expectConservation(read: 201)
    #expect(run.printedReasons == ["bad_json": 1])
  }

  @Test(
    "a file has no broker's time, no keys and no headers: to ask for them is a clear error",
    arguments: ["$timestamp", "$key", "$header.kind"]
  )
  func envelope(path: String) throws {
    let lines = PlainStream.lines(hours: 24..<25, seed: 2)
    var byTime = try bench()
    byTime.fields[0] = "time: \(path)"
    for bench in [byTime, try bench(where: "{ \(path): x }")] {
      let run = try bench.replay(lines)
      #expect(run.status == 78)
      #expect(run.errors.contains("monitor.yaml: there is no \(path) in a file of events"))
      #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/out"))
    }
  }
}
