import Foundation
import Monitoring
import Rules
@testable import Service
import TestSupport
import Testing

/// A replay of the hostile stream in a folder, for reports.
struct ReportBench {
  let plan: Plan
  let folder: Folder

  init(rules: String = HostileStream.rules) throws {
    let (plan, references) = try HostilePlan.loaded(rules: rules)
    let folder = try Folder()
    let lines = HostileStream.lines(seed: 31, count: 3_000).map { $0 + "\n" }.joined()
    let input = try folder.write(Array(lines.utf8), to: "events.ndjson")
    var replay = try FileReplay(plan: plan, references: references, inputs: [InputFile(input)])
    var sink = try DirectorySink(folder.path)
    try replay.run(into: &sink)
    (self.plan, self.folder) = (plan, folder)
  }

  func book(_ span: EventSpan = EventSpan()) throws -> ReportBook {
    var book = ReportBook(plan: plan, span: span)
    try book.read(directory: folder.path)
    return book
  }

  /// The records of an output.
  func lines(_ output: Output) throws -> [String] {
    let file = URL(filePath: "\(folder.path)/\(output.rawValue).ndjson")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The data of the records of an output.
  func data(_ output: Output) throws -> [[String: Any]] {
    try lines(output).map { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(event?["data"] as? [String: Any])
    }
  }
}

/// A report as a browser reads it: without one.
struct ReportReading {
  let text: String

  init(_ book: ReportBook) throws {
    let facts = try #require(ReportFacts(book))
    text = String(decoding: ReportPage(facts: facts).html.bytes, as: UTF8.self)
  }

  /// The exact numbers in a part of the page, as they stand there.
  static func numbers(in part: some StringProtocol) -> [String] {
    String(part).matches(of: /<data value="([^"]*)">/).map { String($0.1) }
  }

  /// What lies between two texts, the first of each.
  func part(from start: String, to end: String) throws -> Substring {
    let begin = try #require(text.firstRange(of: start)?.upperBound)
    let rest = text[begin...]
    return rest[..<(try #require(rest.firstRange(of: end)?.lowerBound))]
  }

  /// The section of a field.
  func section(of field: String) throws -> Substring {
    let found = text.matches(of: /<section class="field" id="[^"]*">(?s:.*?)<\/section>/)
      .map(\.0).first { $0.contains("<h2><bdi class=\"name\">\(field)</bdi>") }
    return try #require(found)
  }
}
