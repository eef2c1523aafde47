import Foundation
import TestSupport
import Testing

/// `leeway report`, as its users call it.
@Suite(.ownThreads) struct ReportCommandTests {
  private static let rules = """
    version: 1
    rules:
      - { name: High, expect: mean(x) < 100, for: 2 of 2 windows, severity: critical }
    """

  private static let lines = PlainStream.lines(hours: 24..<34, seed: 5) { record in
    let hour = ((record.members["t"].flatMap { Int($0) } ?? 0) - PlainStream.start) / 3_600_000
    if [26, 28, 29].contains(hour) { record.members["x"] = "1000" }
  }

  @Test func itReportsOfWhatAReplayHasWritten() throws {
    var bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    bench.rules = [try bench.folder.write(Self.rules, to: "rules.yaml")]
    _ = try bench.replay(Self.lines)
    let (monitor, out) = (bench.folder.path + "/monitor.yaml", bench.folder.path + "/out")
    let file = bench.folder.path + "/report.html"
    let run = try Command.run(["report", monitor, "--input", out, "-o", file])
    #expect(run.status == 0 && run.output == "" && run.errors.contains("report of 10 windows in"))
    let page = try String(contentsOfFile: file, encoding: .utf8)
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.contains("<strong><data value=\"1\">1</data>"))
    let piped = try Command.run(["report", monitor, "--input", out, "-o", "-"])
    #expect(piped.output == page && piped.errors == "")
    let part = ["--from", "2023-11-16T00:00:00Z", "--to", "2023-11-16T02:00:00Z"]
    let short = try Command.run(["report", monitor, "--input", out, "-o", "-"] + part)
    #expect(short.output.contains("No alert fired."))
    #expect(short.output.contains("2</data> windows of"))

    let windows = out + "/windows.ndjson"
    let whole = try String(contentsOfFile: windows, encoding: .utf8)
    let cut = whole.dropLast(100) + "\n"
    try String(cut).write(toFile: windows, atomically: true, encoding: .utf8)
    let damaged = try Command.run(["report", monitor, "--input", out, "-o", "-"])
    let notice = "1 record is no window of bench, or damaged: what it held is missing here"
    #expect(damaged.status == 0 && damaged.errors == notice + "\n")
    #expect(damaged.output.contains(notice))

    let none = ["--from", "2030-01-01T00:00:00Z"]
    let empty = try Command.run(["report", monitor, "--input", out, "-o", file] + none)
    #expect(empty.status == 66 && empty.errors.contains("there is no window"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == page)
    let missing = try Command.run(["report", monitor, "--input", out + "/no"])
    #expect(missing.status == 66 && missing.errors.contains("/no/windows.ndjson: no such file"))
    for wrong in [
      [], ["--input", out, "-b", "a:1"], ["--input", out, "--from", "yesterday"],
      ["--input", out, "--from", part[3], "--to", part[1]],
    ] {
      #expect(try Command.run(["report", monitor] + wrong).status == 64, "\(wrong)")
    }
  }
}
