import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway silence` as its users run it.
@Suite(.serialized, .ownThreads) struct SilenceCommandTests {
  private static func silence(_ bench: borrowing RunBench, _ arguments: String...) throws
    -> Command.Outcome
  {
    try Command.run(["silence", bench.monitor, "-b", bench.cluster.brokers] + arguments)
  }

  /// Without what differs from run to run.
  private static func steady(_ text: String) -> String {
    text.replacing(/20\d\d-\d\d-\d\dT[\d:]+Z/, with: "TIME")
      .replacing(/\b[0-9a-f]{8}\b/, with: "ID").replacing(#/ +/#, with: " ")
  }

  @Test func silencesAreBegunListedAndEnded() throws {
    let bench = try RunBench()
    #expect(try Self.silence(bench, "--list").output == "shop: no silence was ever asked for\n")
    let rule = try Self.silence(bench, "AmountPresent", "--for", "4h", "--reason", "a new pump")
    #expect(rule.status == 0 && rule.errors == "")
    #expect(Self.steady(rule.output) == "silence ID: AmountPresent of shop is silent until TIME\n")
    let all = try Self.silence(bench, "--for", "1s", "--reason", "all")
    #expect(Self.steady(all.output) == "silence ID: shop is silent until TIME\n")
    let id = String(rule.output.dropFirst("silence ".count).prefix(8))
    let ended = try Self.silence(bench, "--end", id)
    #expect(ended.status == 0 && ended.output == "silence \(id): ended\n")
    #expect(try Self.silence(bench, "--end", id).output == ended.output)
    let list = try Self.silence(bench, "--list")
    let lines = list.output.split(separator: "\n").map { Self.steady(String($0)) }
    #expect(lines.count == 3, "\(lines)")
    #expect(lines[0].hasSuffix("reason") && lines[1].hasSuffix(" ended a new pump"), "\(lines)")
  }

  @Test(arguments: [
    (["--for", "4h"], "say why: --reason TEXT; whoever wonders will read it"),
    (["--for", "4", "--reason", "x"], "--for 4: no duration such as 90s, 5m, 1h30m or 7d"),
    (["--reason", "x"], "say how long: --for 4h (or --list, or --end ID)"),
    (["--list", "--for", "4h"], "--list and --end stand alone"),
    (
      ["AmuontPresent", "--for", "4h", "--reason", "x"],
      "shop has no rule, trigger, field or segment 'AmuontPresent'; did you mean 'AmountPresent'?"
    ), (["--end", "12345678"], "--end 12345678: not one silence begins so; see --list"),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) throws {
    let bench = try RunBench()
    let run = try Command.run(
      ["silence", bench.monitor, "-b", bench.cluster.brokers] + arguments
    )
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }

  @Test func aSilencedAlertIsWrittenAndSaysWhy() throws {
    let bench = try RunBench()
    let begun = try Self.silence(bench, "amount", "--for", "4h", "--reason", "a new pump")
    let id = String(begun.output.dropFirst("silence ".count).prefix(8))
    let file = try bench.folder.write("", to: "out")
    let handle = try #require(FileHandle(forWritingAtPath: file))
    let process = try bench.start(output: handle)
    try bench.produce(from: 0, amount: "null", until: 2_700)
    try bench.wait(for: 1, in: "leeway.alerts")
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let line = try String(decoding: bench.folder.read("out"), as: UTF8.self)
    let start = "2020-09-13T13:00:00Z  firing    AmountPresent (warning), silenced by \(id): "
    #expect(line.hasPrefix(start), "\(line)")
    var reader = try TopicReader("leeway.alerts", at: bench.cluster.brokers)
    while reader.values.isEmpty { try reader.read() }
    #expect(reader.values[0].contains("\"silence_reason\":\"a new pump\""))
  }
}
