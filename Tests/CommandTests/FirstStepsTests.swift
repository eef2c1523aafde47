import Foundation
import KafkaClient
import TestSupport
import Testing

/// The way from a topic that nobody has described to its first windows, by what each command says.
@Suite(.serialized, .ownThreads) struct FirstStepsTests {
  private static let outputs = [
    "windows", "alerts", "retraining", "dead-letters", "control", "rides.partials", "rides.state",
  ]

  /// Rides of four hours, one each two seconds.
  private static let rides = (0..<7_200).map { index in
    "{\"ride\":\"r\(index)\",\"at\":\(1_767_225_600 + index * 2),\"minutes\":\(index % 37)}"
  }

  /// The commands that stand below `next:`, without the program's name.
  private static func next(in output: String) throws -> [[String]] {
    let lines = output.components(separatedBy: "\n  leeway ").dropFirst()
    return lines.map { $0.components(separatedBy: "\n")[0].components(separatedBy: " ") }
  }

  @Test func eachCommandNamesTheNextUntilWindowsAreWritten() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("rides", partitions: 1)
    for output in Self.outputs { try cluster.createTopic("leeway.\(output)", partitions: 1) }
    try TestTopic.produce([Self.rides], to: "rides", at: cluster.brokers)
    let folder = try Folder()
    let monitor = folder.path + "/monitor.yaml"
    let proposal = try Command.run([
      "init-monitor", "-t", "rides", "-b", cluster.brokers, "-o", monitor,
    ])
    let steps = try Self.next(in: proposal.output)
    try #require(steps.map(\.first) == ["check", "init", "run"], "\(proposal.errors)")
    let check = try Command.run(steps[0])
    #expect(check.status == 0 && check.output == "\(monitor): ok\n", "\(check.errors)")
    let topics = try Command.run(steps[1])
    #expect(topics.status == 0, "\(topics.errors)")
    #expect(topics.errors == "next: leeway \(steps[2].joined(separator: " "))\n")

    // The embedded broker's transactions promise nothing.
    let text = try String(contentsOfFile: monitor, encoding: .utf8)
    _ = try folder.write(text + "delivery: at_least_once\n", to: "monitor.yaml")
    let run = try Command.start(steps[2] + ["--http", "off"])
    var reader = try TopicReader("leeway.windows", at: cluster.brokers)
    #expect(
      try comesTrue {
        try reader.read()
        return reader.values.count >= 2
      }
    )
    run.terminate()
    run.waitUntilExit()
    #expect(run.terminationStatus == 0)
  }

  @Test func brokersAreNamedAsTheyWereAndSecretsAreNot() throws {
    let folder = try Folder()
    let rows = try folder.write(Self.rides.map { $0 + "\n" }.joined(), to: "rides.ndjson")
    let monitor = folder.path + "/monitor.yaml"
    let files = try Command.run([
      "init-monitor", "-t", "rides", "--input", rows, "-o", monitor,
    ])
    #expect(try Self.next(in: files.output)[2] == ["run", monitor, "-b", "host:port"])

    let secret = try Command.run([
      "init-monitor", "-t", "rides", "-b", "127.0.0.1:1", "-X", "sasl.password=pa55", "-o",
      folder.path + "/other.yaml",
    ])
    let said = "sasl.password is readable by all who see this process"
    #expect(secret.errors.components(separatedBy: said).count == 2, "\(secret.errors)")
    #expect(!secret.errors.contains("pa55"))
  }

  @Test(arguments: [
    ["init-monitor", "-t", "rides"], ["profile", "-t", "rides", "-o", "OUT"],
    ["replay", "MONITOR", "-o", "OUT"], ["report", "MONITOR", "-o", "OUT"],
  ])
  func whereNobodyListensTheAddressIsNamed(words: [String]) throws {
    let folder = try Folder()
    try folder.learnReference()
    let monitor = try folder.write(HostileStream.monitor, to: "monitor.yaml")
    try folder.shell("mkdir \"$1/new\"", folder.path)
    var arguments = words.map { $0 == "MONITOR" ? monitor : $0 }
    arguments = arguments.map { $0 == "OUT" ? folder.path + "/out" : $0 }
    if words[0] == "init-monitor" { arguments += ["-o", folder.path + "/new/m.yaml"] }
    let run = try Command.run(arguments + ["-b", "127.0.0.1:1"])
    #expect(run.status == 69)
    #expect(run.errors.contains("no Kafka broker answers at 127.0.0.1:1 "), "\(run.errors)")
  }

  @Test func aTableIsNoStreamAndPassesNoGate() throws {
    let folder = try Folder()
    try folder.learnReference()
    let monitor = try folder.write(HostileStream.monitor, to: "monitor.yaml")
    // A blank line is a tombstone: it is passed over, and was not judged either.
    let table = try folder.write("at,amount\n1600000000,1\n1600000001,2\n\n", to: "rows.csv")
    let out = folder.path + "/out"
    let run = try Command.run([
      "replay", monitor, "--input", table, "-o", out, "--fail-on", "info",
    ])
    #expect(run.status == 66)
    #expect(
      run.errors
        == "leeway: all 3 records were rejected (bad_json), and nothing was judged: "
        + "\(out)/dead-letters.ndjson names each; --input is of JSON, an object a line\n"
    )
    #expect(run.output.contains("\nrejected: bad_json 3\n"))
  }

  @Test func packsThatAreNotThereAreLookedForWhereTheyAre() throws {
    let folder = try Folder()
    try folder.learnReference()
    let text = HostileStream.monitor + "\nrules: [rules/drift.yaml, own.yaml]\n"
    let check = try Command.run(["check", try folder.write(text, to: "monitor.yaml")])
    #expect(check.status == 78)
    #expect(check.errors.components(separatedBy: "the packs are in `rules`").count == 2)
  }
}
