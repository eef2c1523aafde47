import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway export` and `leeway profile --trigger`: the records of a request, read back.
@Suite(.serialized, .ownThreads) struct ExportCommandTests {
  /// A request as it was written, and how many rows it is of.
  private struct Request {
    var line: String
    var rows: Int

    init(_ line: String) throws {
      self.line = line
      let match = try #require(line.firstMatch(of: /"rows":(\d+),/))
      rows = try #require(Int(match.1))
    }
  }

  /// The hostile stream, in files and, where asked for, in topics.
  private struct Bench {
    let folder: Folder
    let monitor: String
    let partitions: [[String]]
    let files: [String]

    init() throws {
      let folder = try Folder()
      try folder.learnReference()
      _ = try folder.write(HostileStream.rules, to: "rules.yaml")
      let text = HostileStream.monitor + "\nrules: [rules.yaml]\ndelivery: at_least_once\n"
      monitor = try folder.write(text, to: "monitor.yaml")
      partitions = (0..<3 as Range<UInt64>).map { HostileStream.lines(seed: $0, count: 3_000) }
      files = try partitions.enumerated().map { number, lines in
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "events-\(number).ndjson")
      }
      self.folder = folder
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    func text(_ name: String) throws -> String {
      String(decoding: try folder.read(name), as: UTF8.self)
    }

    /// The requests that a replay of the files makes.
    func requests() throws -> [Request] {
      let run = try Command.run(["replay", monitor, "--input"] + files + ["-o", path("out")])
      #expect(run.status == 0, "\(run.errors)")
      let lines = try text("out/retraining.ndjson").split(separator: "\n")
        .filter { $0.contains("io.leeway.retrain.request.v1") }
      return try lines.map { try Request(String($0)) }
    }

    /// Writes a request's line to a file.
    func write(_ line: String) throws -> String {
      try folder.write(line + "\n", to: "trigger.json")
    }

    func export(_ line: String, to name: String, _ more: String...) throws -> Command.Outcome {
      try Command.run(
        ["export", try write(line), monitor, "--input"] + files + ["-o", path(name)] + more
      )
    }

    /// Every file whose name does not begin as those that are meant to be there.
    func leftovers() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix(".") || $0.hasPrefix("rows") }
    }
  }

  @Test func itWritesAsManyRowsAsTheRequestCountedEachAsItIs() throws {
    let bench = try Bench()
    let requests = try bench.requests()
    #expect(requests.count >= 2)
    for request in requests {
      let run = try bench.export(request.line, to: "rows.ndjson")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == "\(request.rows) rows: \(bench.path("rows.ndjson"))\n")
      let rows = try bench.text("rows.ndjson").split(separator: "\n").map(String.init)
      #expect(rows.count == request.rows)
      // In the order of partitions and offsets, each line once.
      var position = rows[...]
      for lines in bench.partitions {
        for line in lines where position.first == line { position.removeFirst() }
      }
      #expect(position.isEmpty)
    }
  }

  @Test func columnsAreThoseOfTheReferenceOrThoseAskedFor() throws {
    let bench = try Bench()
    let request = try #require(try bench.requests().first)
    let whole = try bench.export(request.line, to: "rows.csv")
    #expect(whole.status == 0, "\(whole.errors)")
    let lines = try bench.text("rows.csv").split(separator: "\n")
    #expect(lines.count == request.rows + 1)
    #expect(lines[0] == "at,model,kind,amount,color")
    let some = try bench.export(request.line, to: "rows.csv", "--columns", "color,at,none")
    #expect(some.status == 0)
    let warning = "warning: --columns none: none of the \(request.rows) rows has a field none\n"
    #expect(some.errors.hasSuffix(warning) && !some.errors.contains("--columns color"))
    let few = try bench.text("rows.csv").split(separator: "\n")
    #expect(few[0] == "color,at,none" && few.count == request.rows + 1)
    #expect(few.dropFirst().allSatisfy { $0.wholeMatch(of: /[^,]*,16\d{8},/) != nil })
  }

  @Test func aFieldThatIsGoneForAWhileStopsNoJob() throws {
    let bench = try Bench()
    let request = try #require(try bench.requests().first)
    let trigger = try bench.write(request.line)
    let run = try Command.run(
      ["profile", "--trigger", trigger, "--monitor", bench.monitor, "--input"] + bench.files
        + ["-o", bench.path("r.json"), "--exclude", "none,color"]
    )
    #expect(run.status == 0)
    #expect(run.errors.contains("warning: --exclude none: there is no field none\n"))
    #expect(!run.errors.contains("--exclude color"))
  }

  @Test func whatDoesNotAgreeWritesNothing() throws {
    let bench = try Bench()
    let request = try #require(try bench.requests().first)
    let line = request.line
    let wrong = try bench.export(
      line.replacing("\"rows\":\(request.rows),", with: "\"rows\":\(request.rows + 1),"),
      to: "rows.ndjson"
    )
    #expect(wrong.status == 1)
    #expect(
      wrong.errors == "leeway: found \(request.rows) records, and the request is of "
        + "\(request.rows + 1): nothing is written\n"
    )
    let others = line.replacing(/"config":"sha256:[0-9a-f]*"/, with: "\"config\":\"sha256:00\"")
    let foreign = try bench.export(others, to: "rows.ndjson")
    #expect(foreign.status == 78)
    #expect(foreign.errors.hasPrefix("leeway: the monitor's files are not those that made the"))
    let clockless = line.replacing(/,"clock":\{"pane".*?"trust":"producers"\}/, with: "")
    #expect(try bench.export(clockless, to: "rows.ndjson").status == 78)
    let both = try bench.export(line + "\n" + line, to: "rows.ndjson")
    #expect(both.status == 66 && both.errors.contains("holds 2 events, and one is asked for"))
    let negative = line.replacing("\"rows\":\(request.rows),", with: "\"rows\":-1,")
    let impossible = try bench.export(negative, to: "rows.ndjson")
    #expect(impossible.status == 66)
    #expect(
      impossible.errors == "leeway: \(bench.path("trigger.json")): is no request to train: "
        + "it has a count below zero, or a number that is too large or not whole\n"
    )
    let broken = try bench.export(String(line.dropLast(9)), to: "rows.ndjson")
    #expect(broken.errors.hasSuffix("is no request to train: it is no JSON\n"))
    let alert = line.replacing("retrain.request", with: "alert")
    #expect(try bench.export(alert, to: "rows.ndjson").status == 66)
    _ = try bench.folder.write("", to: "events-1.ndjson")
    let gone = try bench.export(line, to: "rows.ndjson")
    #expect(gone.status == 66)
    #expect(gone.errors.contains(" are gone: orders/1 holds nothing of "), "\(gone.errors)")
    #expect(try bench.leftovers() == [])
    try FileManager.default.createDirectory(
      atPath: bench.path("rows.ndjson"),
      withIntermediateDirectories: false
    )
    _ = try bench.folder.write("mine", to: "rows.ndjson/kept")
    for (index, lines) in bench.partitions.enumerated() {
      _ = try bench.folder.write(lines.map { $0 + "\n" }.joined(), to: "events-\(index).ndjson")
    }
    let blocked = try bench.export(line, to: "rows.ndjson")
    #expect(blocked.status == 66 && blocked.errors.contains("cannot be written"))
    #expect(try bench.text("rows.ndjson/kept") == "mine")
    #expect(try bench.leftovers() == ["rows.ndjson"])
  }

  @Test(.timeLimit(.minutes(5))) func fromTopicsItIsTheSame() throws {
    let bench = try Bench()
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: 3)
    for name in [
      "windows", "alerts", "retraining", "dead-letters", "control", "shop.partials", "shop.state",
    ] {
      try cluster.createTopic("leeway.\(name)", partitions: 1)
    }
    try TestTopic.produce(bench.partitions, to: "orders", at: cluster.brokers)
    let process = try Command.start([
      "run", bench.monitor, "-b", cluster.brokers, "-X", "session.timeout.ms=4000",
    ])
    var reader = try TopicReader("leeway.retraining", at: cluster.brokers)
    func requests() -> [String] {
      reader.values.filter { $0.contains("io.leeway.retrain.request.v1") }
    }
    for _ in 0..<600 where requests().isEmpty { try reader.read() }
    process.terminate()
    process.waitUntilExit()
    let request = try Request(try #require(requests().first))
    let trigger = try bench.write(request.line)

    let files = try bench.export(request.line, to: "rows.ndjson")
    #expect(files.status == 0, "\(files.errors)")
    let topic = try Command.run([
      "export", trigger, "-b", cluster.brokers, "-o", bench.path("rows-2.ndjson"),
    ])
    #expect(topic.status == 0, "\(topic.errors)")
    #expect(try bench.folder.read("rows-2.ndjson") == bench.folder.read("rows.ndjson"))
    let pipe = try Command.run(
      ["export", "-", "-b", cluster.brokers, "-o", "-"],
      input: trigger
    )
    #expect(pipe.status == 0 && pipe.errors.hasSuffix("\(request.rows) rows\n"), "\(pipe.errors)")
    #expect(try Data(pipe.output.utf8) == bench.folder.read("rows.ndjson"))

    try expectEqualProfiles(bench, cluster, trigger)
    try expectThatLossesAreNamed(bench, cluster, trigger, rows: request.rows)
  }

  /// Profiles of a topic's stretch and of a request are those of the same rows in a file.
  private func expectEqualProfiles(
    _ bench: Bench,
    _ cluster: borrowing MockCluster,
    _ trigger: String
  ) throws {
    let options = ["--time", "at", "--window", "1h", "--segment", "color", "--exclude", "kind"]
    func profile(_ arguments: [String], _ name: String) throws -> Data {
      let run = try Command.run(["profile"] + arguments + options + ["-o", bench.path(name)])
      #expect(run.status == 0, "\(run.errors)")
      return try bench.folder.read(name)
    }
    let brokers = ["-b", cluster.brokers]
    let ofRequest = try profile(["--trigger", trigger] + brokers, "request.json")
    #expect(try ofRequest == profile([bench.path("rows.ndjson")], "rows.json"))
    let ofTopic = try profile(["-t", "orders", "--from", "100", "--to", "900"] + brokers, "t.json")
    let lines = bench.partitions.flatMap { $0[100..<900] }
    let file = try bench.folder.write(lines.map { $0 + "\n" }.joined(), to: "stretch.ndjson")
    #expect(try ofTopic == profile([file], "f.json"))
    let ofMonitor = try profile(
      ["--monitor", bench.monitor, "--from", "100", "--to", "900"] + brokers,
      "m.json"
    )
    let orders = lines.filter { $0.contains("\"kind\":\"order\"") && $0.hasSuffix("}") }
    let own = try bench.folder.write(orders.map { $0 + "\n" }.joined(), to: "own.ndjson")
    #expect(try ofMonitor == profile([own], "o.json"))
  }

  /// The embedded broker keeps 5 MiB of a partition.
  private func expectThatLossesAreNamed(
    _ bench: Bench,
    _ cluster: borrowing MockCluster,
    _ trigger: String,
    rows: Int
  ) throws {
    // What can be packed takes no room.
    let noise = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
    for _ in 0..<15 {
      let lines = try (0..<10).map { _ in
        let filler = try #require(try noise.read(upToCount: 60_000)).base64EncodedString()
        return "{\"kind\":\"\(filler)\"}"
      }
      try TestTopic.produce([[], lines, []], to: "orders", at: cluster.brokers)
    }
    let run = try Command.run([
      "export", trigger, "-b", cluster.brokers, "-o", bench.path("rows-3.ndjson"),
    ])
    #expect(run.status == 66)
    #expect(run.errors.hasPrefix("leeway: records of the request are gone: orders/1 holds "))
    let reason = /of its (\d+) rows at most (\d+) could still be had\n/
    let match = try #require(run.errors.firstMatch(of: reason), "\(run.errors)")
    let left = try #require(Int(match.2))
    #expect(Int(match.1) == rows && left < rows)
    #expect(try !bench.leftovers().contains("rows-3.ndjson"))
  }

  @Test(arguments: [
    (["-o", "rows.ndjson"], "name what to read: -b host:port for the topics, or --input FILE…"),
    (["-o", "rows", "-b", "x"], "-o rows: write a file.ndjson or file.csv, or - for a pipe"),
    (
      ["-o", "rows.ndjson", "-b", "x", "--columns", "a"],
      "--columns are of CSV: a line of rows.ndjson is an event as it is"
    ),
    (["-o", "rows.csv", "--input", "x"], "with --input, name the monitor's file"),
    (
      ["monitor.yaml", "-o", "rows.csv", "-b", "y", "--input", "x"],
      "--input reads files; -b and -X are of topics"
    ),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) throws {
    let run = try Command.run(["export", "trigger.json"] + arguments)
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }

  @Test(arguments: [
    (["-t", "orders"], "name the brokers: -b host:port, or LEEWAY_BROKERS"),
    (["-t", "orders", "x.csv"], "name one source of rows: files, a topic, or a request"),
    ([], "name one source of rows: files, a topic, or a request"),
    (["x.csv", "--from", "5"], "--from and --to are of a topic: -t, or --monitor"),
  ])
  func whatAProfileIsOfIsClear(arguments: [String], message: String) throws {
    let run = try Command.run(["profile", "-o", "r.json"] + arguments)
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }
}
