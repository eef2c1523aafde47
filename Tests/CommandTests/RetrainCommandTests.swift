import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway retrain` as its users run it, beside a process that hears it.
@Suite(.serialized, .ownThreads) struct RetrainCommandTests {
  private static let trigger = """

    triggers:
      - { name: Retrain, when: firing(AmountPresent), answer_within: 99d }
    """

  private static func retrain(_ bench: borrowing RunBench, _ arguments: String...) throws
    -> Command.Outcome
  {
    try Command.run(["retrain", bench.monitor, "-b", bench.cluster.brokers] + arguments)
  }

  @Test(arguments: [
    (["--reason", ""], "say why: --reason TEXT (or --completed ID, --list, --show ID)"),
    ([], "say why: --reason TEXT (or --completed ID, --list, --show ID)"),
    (["--list", "--reason", "x"], "--list stands alone"),
    (["--show", "x", "--failed"], "--show stands alone"),
    (
      ["--reason", "x", "--failed"], "--failed, --model-version and --reference are of --completed"
    ),
    (["--completed", "x", "--trigger", "Retrain"], "--trigger asks, and --completed answers"),
    (
      ["--completed", "x", "--failed", "--model-version", "2"], "--failed has no new model"
    ),
    (
      ["--reason", "x", "--trigger", "Retrian"],
      "shop has no trigger 'Retrian'; did you mean 'Retrain'?"
    ),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) throws {
    let bench = try RunBench(triggers: Self.trigger)
    let run = try Command.run(
      ["retrain", bench.monitor, "-b", bench.cluster.brokers] + arguments
    )
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }

  @Test func aMonitorWithoutTriggersHasNobodyToAsk() throws {
    let bench = try RunBench()
    let run = try Self.retrain(bench, "--reason", "x")
    #expect(run.status == 64)
    #expect(
      run.errors.hasPrefix("Error: say which trigger of shop: --trigger (it has none)\n")
    )
    let list = try Self.retrain(bench, "--list")
    #expect(list.output == "shop: no training was ever asked for\n")
  }

  @Test func aRequestIsListedAnsweredOnceAndFollowedByAnother() throws {
    let bench = try RunBench(triggers: Self.trigger)
    let file = try bench.folder.write("", to: "out")
    let process = try bench.start(output: try #require(FileHandle(forWritingAtPath: file)))
    try bench.produce(from: 0, amount: "null", until: 2_700)
    try bench.wait(for: 1, in: "leeway.retraining")
    let list = try Self.retrain(bench, "--list")
    let line = list.output.split(separator: "\n").last.map { String($0) } ?? ""
    let parts = line.split(separator: " ").map { String($0) }
    #expect(
      Array(parts.dropFirst()) == ["Retrain", "drift", "2020-09-13T13:00:00Z", "60", "waiting"]
    )
    let id = try #require(parts.first)

    let shown = try Self.retrain(bench, "--show", id)
    var requests = try TopicReader("leeway.retraining", at: bench.cluster.brokers)
    for _ in 0..<600 where requests.values.isEmpty { try requests.read() }
    #expect(shown.status == 0 && shown.output == "\(requests.values.first ?? "")\n")
    let stranger = try Self.retrain(bench, "--completed", "0000")
    #expect(stranger.status == 1)
    #expect(stranger.errors == "--completed 0000: not one request begins so; see --list\n")
    let done = try Self.retrain(bench, "--completed", id, "--failed", "--reason", "out of memory")
    #expect(done.status == 0 && done.output == "request \(id): failed\n")
    let again = try Self.retrain(bench, "--completed", id)
    #expect(again.status == 0 && again.output == "request \(id): already failed\n")
    let json = try Self.retrain(bench, "--list", "--format", "json").output
    #expect(json.contains("\"rows\":60,\"model_version\":\"1\",\"state\":\"failed\"}]}"))

    let asked = try Self.retrain(bench, "--reason", "new labels")
    #expect(asked.status == 0 && asked.output.hasPrefix("asked for training by Retrain: "))
    // Whatever the collectors commit next says that it was heard.
    try bench.produce(from: 3_000, amount: "null", until: 6_300)
    try bench.wait(for: 2, in: "leeway.retraining")
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var reader = try TopicReader("leeway.retraining", at: bench.cluster.brokers)
    while reader.values.count < 2 { try reader.read() }
    #expect(reader.values[1].contains("\"reason\":\"asked\""), "\(reader.values[1])")
    #expect(reader.values[1].contains("\"asked_reason\":\"new labels\""))
    let status = try Command.run(["status", bench.monitor, "-b", bench.cluster.brokers])
    #expect(status.output.contains("\(id)  Retrain  drift"), "\(status.output)")
  }
}
