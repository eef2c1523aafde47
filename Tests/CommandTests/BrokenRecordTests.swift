import Foundation
import TestSupport
import Testing

/// Records that cannot be used are rejected by name, and nothing else is touched by them.
@Suite("broken records", .ownThreads)
struct BrokenRecordTests {
  /// A record, and what it is rejected as.
  private struct Broken {
    var code: String
    var line: Data

    init(_ code: String, _ text: String) { self.init(code, bytes: Data(text.utf8)) }

    init(_ code: String, bytes: Data) { (self.code, line) = (code, bytes) }
  }

  /// Must not appear in anything that is written.
  private static let secret = "pa55phrase"

  private static func record(_ change: (inout PlainStream.Record) -> Void) -> String {
    var stream = PlainStream(seed: 9)
    var record = stream.record(at: PlainStream.time(hour: 25) + 1)
    record.members["id"] = "\"\(secret)\""
    change(&record)
    return record.line
  }

  private static func arrays(depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  private static var broken: [Broken] {
    let whole = record { _ in }
    var notUTF8 = Data(record { $0.members["c"] = "\"?\"" }.utf8)
    if let at = notUTF8.firstIndex(of: UInt8(ascii: "?")) { notUTF8[at] = 0xFF }
    let large = String(repeating: "x", count: 2 << 20)
    let long = String(repeating: "x", count: (64 << 10) + 1)
    return [
      Broken("bad_json", String(whole.dropLast(20))),
      Broken("bad_json", whole + whole),
      Broken("bad_json", "   "),
      Broken("bad_json", record { $0.members["c"] = "\"\\ud800\"" }),
      Broken("bad_utf8", bytes: notUTF8),
      Broken("not_an_object", "[\(whole)]"),
      Broken("too_deep", record { $0.members["z"] = arrays(depth: 32) }),
      Broken("too_deep", record { $0.members["z"] = arrays(depth: 100_000) }),
      Broken("too_large", record { $0.members["z"] = "\"\(large)\"" }),
      Broken("string_too_long", record { $0.members["c"] = "\"\(long)\"" }),
    ]
  }

  private static let untimely = [
    ("no_time", nil), ("no_time", "null"), ("no_time", "\"\""), ("bad_time", "true"),
    ("bad_time", "\"yesterday\""), ("bad_time", "NaN"), ("bad_time", "1e300"),
    ("bad_time", "{\"seconds\":1}"), ("bad_time_unit", "1700089201"),
    ("bad_time_unit", "1700089201000000"), ("bad_time_unit", "1700089201000000000"),
    ("bad_time_unit", "\"2023-11-15T23:00:01Z\""),
  ].map { code, time in Broken(code, record { $0.members["t"] = time }) }

  /// Three hours, the middle one with the broken records after its first hundred.
  private func replay(_ broken: [Broken], _ arguments: [String] = []) throws -> Replayed {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var lines = PlainStream.lines(hours: 24..<27, seed: 2).map { Data($0.utf8) }
    lines.insert(contentsOf: broken.map(\.line), at: 300)
    let run = try bench.replay(bytes: [lines], arguments: arguments)
    run.expectConservation(read: 600 + broken.count)
    return run
  }

  @Test("each is counted in the window it came in, by its reason", arguments: [0, 1])
  func countedByReason(list: Int) throws {
    let broken = [Self.broken, Self.untimely][list]
    let run = try replay(broken)
    #expect(run.status == 0, "\(run.errors)")
    let reasons = Dictionary(broken.map { ($0.code, 1) }, uniquingKeysWith: +)
    #expect(run.printedReasons == reasons)
    #expect(run.windows.map(\.data.rejected) == [[:], reasons, [:]])
    #expect(run.windows.map(\.data.records) == [200, 200, 200])
    #expect(run.deadLetters.map(\.code) == broken.map(\.code))
    #expect(run.deadLetters.map(\.offset) == broken.indices.map { 300 + $0 })
  }

  @Test("the alert on them fires and resolves, is alone, and decides the exit code")
  func alertFires() throws {
    let transitions = [
      "firing RecordsReadable 2023-11-15T23:00:00Z",
      "resolved RecordsReadable 2023-11-16T00:00:00Z",
    ]
    let run = try replay(Self.broken, ["--fail-on", "critical"])
    #expect(run.transitions == transitions)
    #expect(run.alerts.first?.data.value == 10.0 / 210)
    #expect(run.alerts.first?.data.summary.hasPrefix("4.762% of the records") == true)
    #expect(run.status == 1)
    let few = try replay([Self.broken[0]], ["--fail-on", "info"])
    #expect(few.transitions == [] && few.status == 0)
  }

  @Test("a dead letter has the headers of Kafka Connect, and no payload")
  func deadLetterHeaders() throws {
    let run = try replay([Self.broken[0], Self.untimely[0]])
    let prefix = "__connect.errors."
    let common = [
      prefix + "topic": "events", prefix + "partition": "0", prefix + "connector.name": "bench",
      prefix + "task.id": "0", prefix + "class.name": "leeway",
      prefix + "exception.class.name": "leeway.Rejection",
    ]
    let first = [
      prefix + "offset": "300", prefix + "stage": "VALUE_CONVERTER",
      prefix + "exception.message": "the payload is not valid JSON",
      "leeway.errors.code": "bad_json",
    ]
    let second = [
      prefix + "offset": "301", prefix + "stage": "TRANSFORMATION",
      prefix + "exception.message": "the time field is missing", "leeway.errors.code": "no_time",
    ]
    let expected = [first, second].map { $0.merging(common) { left, _ in left } }
    #expect(run.deadLetters.map(\.headers) == expected)
    #expect(run.deadLetters.map(\.key) == ["events/0", "events/0"])
    #expect(run.written.components(separatedBy: "\"value\":null}").count == 3)
  }

  @Test("values, keys and payloads of events appear in nothing that is written")
  func nothingLeaks() throws {
    let run = try replay(Self.broken + Self.untimely)
    for text in [run.written, run.output, run.errors] { #expect(!text.contains(Self.secret)) }
  }

  @Test("what only looks broken is accepted: equal keys, where the last wins, and full depth")
  func acceptedOddities() throws {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var lines = PlainStream.lines(hours: 24..<25, seed: 2)
    let time = PlainStream.time(hour: 24) + 1
    lines += [
      "{\"t\":\(time),\"x\":\"no\",\"c\":\"new\",\"ok\":7,\"k\":7,\"p\":{\"y\":\"no\"},"
        + "\"p\":{\"y\":1},\"ok\":true,\"c\":\"a\",\"x\":1}",
      "{\"t\":\"never\",\"t\":\(time),\"x\":1,\"c\":\"a\",\"ok\":true,\"p\":{\"y\":1},\"k\":7}",
      "{\"t\":\(time),\"\\u0078\":1,\"c\":\"\\u0061\",\"ok\":true,\"p\":{\"y\":1},\"k\":7.0}\r",
      Self.record { $0.members["t"] = "\(time)" }
        .replacing("\"y\":", with: "\"deep\":\(Self.arrays(depth: 30)),\"y\":"),
    ]
    let run = try bench.replay(lines)
    run.expectConservation(read: 204)
    #expect(run.windows.map(\.data.records) == [204])
    for field in run.windows.first?.data.fields ?? [] {
      #expect(field.n == 204 && field.missing == 0, "\(field)")
      #expect(field.value("type_mismatch") == 0 && (field.value("unseen") ?? 0) == 0, "\(field)")
    }
    #expect(run.transitions == [])
  }
}
