import Foundation
import TestSupport
import Testing

/// What the README shows is what the program does.
@Suite(.ownThreads) struct ReadmeTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The fenced blocks of a page with a language, in order.
  private func blocks(_ language: String, of page: String = "README.md") throws -> [String] {
    let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
    var blocks: [String] = []
    var open: (language: String, indentation: Int, lines: [String])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("```"), let block = open {
        if block.language == language {
          blocks.append(block.lines.joined(separator: "\n") + "\n")
        }
        open = nil
      } else if content.hasPrefix("```") {
        open = (String(content.dropFirst(3)), line.count - content.count, [])
      } else if let block = open {
        open?.lines.append(String(line.dropFirst(block.indentation)))
      }
    }
    return blocks
  }

  @Test func theDemosOutputIsReal() throws {
    let data = Self.root.appending(path: "deploy/demo").path()
    let run = try Command.run(["demo", "--data", data])
    #expect(run.status == 0)
    #expect(try blocks("").contains(run.output))
    let said = run.errors.split(separator: "\n")
    #expect(said[0].hasPrefix("broker at 127.0.0.1:"))
    #expect(said[1] == "produced 284821 events to flights.scored, zstd, 4 partitions")
    #expect(said.count { $0.contains("  firing ") } == 13)
    #expect(said.count { $0.contains("  retrain ") } == 6)
  }

  /// From the request to the verdict, by the job that stands in `deploy/retraining`: what comes
  /// behind the verdict changes nothing of it.
  @Test func theRetrainingDemosOutputIsReal() throws {
    let folder = try Folder()
    try folder.shell(
      """
      mkdir -p "$2/deploy/demo"; ln -s "$1/rules" "$2/rules"
      ln -s "$1/deploy/retraining" "$2/deploy/retraining"
      cp "$1/deploy/demo/"*.yaml "$1/deploy/demo/reference.json" "$2/deploy/demo"
      zcat "$1/deploy/demo/stream.ndjson.gz" | head -n 155000 > "$2/stream.ndjson"
      gzip -1 -c "$2/stream.ndjson" > "$2/deploy/demo/stream.ndjson.gz"
      """,
      Self.root.path(),
      folder.path
    )
    let data = folder.path + "/deploy/demo"
    let run = try Command.run(["demo", "--retrain", "--data", data, "--http", "off"])
    #expect(run.status == 0, "\(run.errors)")
    let shown = try #require(try blocks("").first { $0.contains("retrained for request") })
    #expect(run.output.hasSuffix(shown), "\(run.output)")
    let said = run.errors.split(separator: "\n")
    #expect(said.count { $0.contains("  retrain ") } == 1)
    #expect(said.count { $0.contains("  verdict ") } == 1)
  }

  @Test func theReferenceAgainstItselfIsSilent() throws {
    let folder = try Folder()
    let demo = Self.root.appending(path: "deploy/demo/").path()
    let run = try Command.run([
      "replay", demo + "monitor.yaml", "--input", demo + "reference.ndjson.gz", "-o", folder.path,
    ])
    #expect(run.status == 0)
    #expect(run.output.contains(/accepted +51955\n/))
    #expect(try folder.read("alerts.ndjson").isEmpty)
    #expect(try folder.read("retraining.ndjson").isEmpty)
    let windows = try String(decoding: folder.read("windows.ndjson"), as: UTF8.self)
    #expect(windows.split(separator: "\n").count == 10)
  }

  @Test func theFilesShownAreRight() throws {
    let folder = try Folder()
    let rows = (0..<500).map {
      "2026-01-\(10 + $0 % 4)T00:00:00Z,\($0),0.\($0),\($0 % 7),c\($0 % 3)"
    }
    let table = "created_at,order_id,score,amount,color\n" + rows.joined(separator: "\n") + "\n"
    let data = try folder.write(table, to: "january.csv")
    let learning = try Command.run([
      "profile", data, "-o", folder.path + "/reference.json", "--time", "created_at", "--window",
      "1d", "--exclude", "order_id",
    ])
    #expect(learning.status == 0)
    try FileManager.default.copyItem(
      at: Self.root.appending(path: "rules"),
      to: URL(filePath: folder.path + "/rules")
    )
    let shown = try blocks("yaml")
    #expect(shown.count == 6)
    for (number, text) in shown.enumerated() {
      let isTest = text.contains("\ntests:\n")
      let file = try folder.write(text, to: "shown\(number)\(isTest ? ".test" : "").yaml")
      let check = try Command.run(["check", file])
      #expect(check.status == 0, "\(check.errors)")
      #expect(check.output == "\(file): ok\n")
      #expect(check.errors == "")
      guard isTest else { continue }
      let tests = try Command.run(["test", file])
      #expect(tests.status == 0 && tests.output.contains("1 passed, 0 failed"), "\(tests.output)")
    }
  }

  @Test func theTestOfTheTestsPagePasses() throws {
    let text = try #require(try blocks("yaml", of: "rules/tests.md").first)
    let folder = try Folder()
    let pack = Self.root.appending(path: "rules/drift.yaml").path()
    let rules = text.replacing("[drift.yaml]", with: "[\(pack)]")
    let run = try Command.run(["test", try folder.write(rules, to: "a.test.yaml")])
    #expect(run.status == 0 && run.output.contains("2 passed, 0 failed"), "\(run.output)")
  }

  @Test func theMistakeShownPointsAtItself() throws {
    let folder = try Folder()
    let pack = Self.root.appending(path: "rules/drift.yaml")
    let wrong = try String(contentsOf: pack, encoding: .utf8)
      .replacing("excess_drift <", with: "exces_drift <", maxReplacements: 1)
    let file = try folder.write(wrong, to: "drift.yaml")
    let check = try Command.run(["check", file])
    #expect(check.status == 78)
    let said = check.errors.replacing(folder.path + "/", with: "")
    #expect(try blocks("").contains(said))
  }
}
