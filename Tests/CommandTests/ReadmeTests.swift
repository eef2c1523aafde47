import Foundation
import TestSupport
import Testing

/// What the README shows is what the program does.
@Suite(.ownThreads) struct ReadmeTests {
  /// What the README shows as it is.
  private func shown() throws -> [String] {
    try Page("README.md").blocks.filter { $0.language == "" }.map(\.text)
  }

  @Test func theDemosOutputIsReal() throws {
    let data = Page.root.appending(path: "deploy/demo").path()
    let run = try Command.run(["demo", "--data", data])
    #expect(run.status == 0)
    #expect(try shown().contains(run.output))
    let said = run.errors.split(separator: "\n")
    #expect(said[0].hasPrefix("broker at 127.0.0.1:"))
    #expect(said[1] == "produced 284821 events to flights.scored, zstd, 4 partitions")
    #expect(said.count { $0.contains("  firing ") } == 13)
    #expect(said.count { $0.contains("  retrain ") } == 6)
    #expect(said.last?.hasPrefix("next: leeway demo --keep, which leaves broker") == true)
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
      Page.root.path(),
      folder.path
    )
    let data = folder.path + "/deploy/demo"
    let run = try Command.run(["demo", "--retrain", "--data", data, "--http", "off"])
    #expect(run.status == 0, "\(run.errors)")
    let shown = try #require(try shown().first { $0.contains("retrained for request") })
    #expect(run.output.hasSuffix(shown), "\(run.output)")
    let said = run.errors.split(separator: "\n")
    #expect(said.count { $0.contains("  retrain ") } == 1)
    #expect(said.count { $0.contains("  verdict ") } == 1)
  }

  @Test func theReferenceAgainstItselfIsSilent() throws {
    let folder = try Folder()
    let demo = Page.root.appending(path: "deploy/demo/").path()
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

  @Test func theMistakeShownPointsAtItself() throws {
    let folder = try Folder()
    let pack = Page.root.appending(path: "rules/drift.yaml")
    let wrong = try String(contentsOf: pack, encoding: .utf8)
      .replacing("excess_drift <", with: "exces_drift <", maxReplacements: 1)
    let file = try folder.write(wrong, to: "drift.yaml")
    let check = try Command.run(["check", file])
    #expect(check.status == 78)
    let said = check.errors.replacing(folder.path + "/", with: "")
    #expect(try shown().contains(said))
  }
}
