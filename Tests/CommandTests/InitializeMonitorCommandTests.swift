import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway init-monitor`: what is proposed for a stream, to the last byte, and that it passes
/// `check`.
@Suite("leeway init-monitor", .serialized, .ownThreads)
struct InitializeMonitorCommandTests {
  /// 4,000 orders, one each two seconds, of a shape that is known.
  private static let orders = (0..<4_000).map { index in
    let time = Double(1_767_225_600 + index * 2)
    let text = "\"2026-01-01T\(clock(index * 2))Z\""
    return """
      {"order_id":"o-\(index)","created_at":\(text),"updatedAt":\(Int(time * 1_000)),\
      "amount":\(Double(index * index % 1_999) / 10),"items":\(index % 4 + 1),\
      "shop":{"city":"c\(index % 3)","note":null},"fraud_score":0.\(100 + index % 800),\
      "model_version":"v\(index % 2)","session":"s\(index / 2)"}
      """
  }

  private static func clock(_ second: Int) -> String {
    [second / 3_600, second / 60 % 60, second % 60]
      .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }

  private static func proposed(beside reference: String) -> String {
    """
    # Proposed by `leeway init-monitor` from the first 4000 records of shop.orders.
    # Comments say what is guessed from what: correct what is wrong, and learn anew:
    #   leeway profile -t shop.orders -o \(reference) --time created_at --window 1h \
    --prediction fraud_score --exclude order_id,model_version,updatedAt,session -b …
    version: 1
    monitor: shop.orders
    source:
      topics: [shop.orders]
    fields:
      # RFC 3339 in all 4000 records, from 2026-01-01T00:00:00Z to 2026-01-01T02:13:18Z
      time: created_at
      # no two of 2000 values are the same
      id: order_id
      # called like one
      prediction: fraud_score
      # called so, with 2 different values
      model_version: model_version
      ignore:
        - updatedAt  # another time
        - session  # an identifier: 2000 of 2666 values differ
    # some 1800 records an hour: 1800 in each; small changes are seen from 1000 or so on
    window: 1h
    # how long records may be under way; what comes later is counted as late
    lateness: 5m
    # 5 fields are judged:
    #   amount: numbers
    #   items: numbers, 4 whole ones; are they names? --kind NAME=categorical
    #   shop.city: categories, 3
    #   shop.note: never a value; one that comes is said
    #   fraud_score: numbers
    # to count records apart by their values, learn with --segment, too:
    # segments: [shop.city]
    reference: reference.json
    rules:
      - rules/drift.yaml
      - rules/quality.yaml
      - rules/retraining.yaml

    """
  }

  private static let rules = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "rules")

  /// Proposes from a file of rows.
  private static func propose(
    _ rows: [String],
    _ more: String...,
    packs: Bool = false
  ) throws -> (run: Command.Outcome, text: String, folder: Folder) {
    let folder = packs ? try folderWithPacks() : try Folder()
    let file = try folder.write(rows.map { $0 + "\n" }.joined(), to: "rows.ndjson")
    let monitor = folder.path + "/monitor.yaml"
    let run = try Command.run(
      ["init-monitor", "-t", "events", "--input", file, "-o", monitor] + more
    )
    let text = (try? String(contentsOfFile: monitor, encoding: .utf8)) ?? ""
    return (run, text, folder)
  }

  private static func folderWithPacks() throws -> Folder {
    let folder = try Folder()
    try FileManager.default.copyItem(at: rules, to: URL(filePath: folder.path + "/rules"))
    return folder
  }

  private static func check(_ folder: Folder) throws {
    let check = try Command.run(["check", folder.path + "/monitor.yaml"])
    #expect(check.status == 0, "\(check.errors)")
  }

  @Test func aTopicIsDescribedAndItsReferenceLearned() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("shop.orders", partitions: 3)
    let parts = (0..<3).map { part in
      Self.orders.enumerated().filter { $0.offset % 3 == part }.map(\.element)
    }
    try TestTopic.produce(parts, to: "shop.orders", at: cluster.brokers)
    try cluster.createTopic("empty", partitions: 1)
    let folder = try Self.folderWithPacks()
    let monitor = folder.path + "/monitor.yaml"
    let options = ["-b", cluster.brokers, "-o", monitor]
    let run = try Command.run(["init-monitor", "-t", "shop.orders"] + options)
    #expect(run.status == 0, "\(run.errors)")
    let reference = folder.path + "/reference.json"
    let text = try String(contentsOfFile: monitor, encoding: .utf8)
    #expect(text == Self.proposed(beside: reference))
    #expect(
      run.output == """
        \(monitor), \(reference): from the first 4000 records of shop.orders
        next:
          leeway check \(monitor)
          leeway init \(monitor) -b \(cluster.brokers)
          leeway run \(monitor) -b \(cluster.brokers)

        """
    )
    try Self.check(folder)

    // What is there is left as it is.
    let again = try Command.run(["init-monitor", "-t", "shop.orders"] + options)
    #expect(again.status == 64)
    #expect(again.errors.contains("\(monitor) is there already: name another place with -o"))

    // The reference is that of the command which the file names.
    let learned = folder.path + "/again.json"
    let profile = try Command.run([
      "profile", "-b", cluster.brokers, "-t", "shop.orders", "-o", learned, "--time", "created_at",
      "--window", "1h", "--prediction", "fraud_score", "--exclude",
      "order_id,model_version,updatedAt,session",
    ])
    #expect(profile.status == 0, "\(profile.errors)")
    #expect(try folder.read("again.json") == folder.read("reference.json"))

    // A few records are as many of each partition.
    let other = folder.path + "/few/monitor.yaml"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/few",
      withIntermediateDirectories: true
    )
    let few = try Command.run([
      "init-monitor", "-t", "shop.orders", "-b", cluster.brokers, "-o", other, "--records", "100",
    ])
    #expect(few.output.contains("from the first 100 records of shop.orders"), "\(few.errors)")

    let empty = try Command.run([
      "init-monitor", "-t", "empty", "-b", cluster.brokers, "-o", folder.path + "/e.yaml",
    ])
    #expect(empty.status == 64 && empty.errors.contains("name a place in another folder with -o"))
    let spare = try Folder()
    let place = ["-b", cluster.brokers, "-o", spare.path + "/e.yaml"]
    let nothing = try Command.run(["init-monitor", "-t", "empty"] + place)
    #expect(nothing.status == 66)
    #expect(
      nothing.errors == "leeway: topic empty holds no record yet: come back when it does, or give "
        + "files of its records with --input\n"
    )
    let unknown = try Command.run(["init-monitor", "-t", "nowhere"] + place)
    #expect(unknown.status == 66)
    #expect(unknown.errors == "leeway: topic nowhere does not exist at \(cluster.brokers)\n")
  }

  @Test func withoutATimeTheBrokersOwnIsTaken() throws {
    let rows = (0..<60).map {
      "{\"x\":\($0 % 7),\"label\":\"l\($0 % 2)\",\"day\":\"2026-01-0\($0 % 9)\"}"
    }
    let (run, text, folder) = try Self.propose(rows, packs: true)
    #expect(run.status == 0, "\(run.errors)")
    #expect(text.contains("  # no field holds a time in every record: the broker's own\n"))
    #expect(text.contains("\n  time: $timestamp\n"))
    #expect(text.contains("\n# how fast records come is not known\nwindow: 1h\n"))
    #expect(text.contains("\n  # prediction: score\n"))
    try Self.check(folder)
  }

  @Test func hostileNamesAreNamesAndNothingElse() throws {
    let names = [
      "a: b", "- x", "#c", "null", "1e5", "a\\nrules: [/etc/passwd]", "{{x}}", "\\\"q\\\"",
      "é\\u2028z",
      "$(reboot)", "`id`", "a.b", "\\u0000", "*y", "'", ",", "\\\\",
    ]
    let rows = (0..<40).map { row in
      "{\"ts\":\(1_767_225_600 + row),"
        + names.enumerated().map { "\"\($1)\":\"v\(row)-\($0)\"" }
        .joined(separator: ",") + ",\"amount\":\(row % 5),\"n\\nid: z\":\(row % 3)}"
    }
    let (run, text, folder) = try Self.propose(rows)
    #expect(run.status == 0, "\(run.errors)")
    for name in [
      #""a: b""#, #""- x""#, ##""#c""##, #""null""#, #""1e5""#, #""a\u000arules: [/etc/passwd]""#,
      #""{{x}}""#, #""\"q\"""#, #""é\u2028z""#, #""\\$(reboot)""#, #""a\\.b""#,
      #""\u0000""#, #""*y""#, #""'""#, #"",""#, #""\\\\""#,
    ] {
      #expect(
        text.contains("\n    - \(name)  # an identifier: 40 of 40 values differ\n"),
        "\(name)"
      )
    }
    #expect(text.contains("\n  id: \"`id`\"\n"))
    #expect(text.contains(#"#   "n\u000aid: z": numbers"#))
    #expect(!text.contains("leeway profile"))
    #expect(text.contains("\n# rules: [rules/drift.yaml, rules/quality.yaml"))
    try Self.check(folder)
  }

  @Test func nestedObjectsAndTablesAreFieldsToo() throws {
    let rows = (0..<50).map { row in
      "{\"event\":{\"at\":\(1_767_225_600_000 + row * 1_000),\"tags\":[\(row % 2)],"
        + "\"deep\":{\"x\":\(row % 3)}},\"gone\":null}"
    }
    let (run, text, folder) = try Self.propose(rows)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      text.contains("\n  # milliseconds since 1970 in all 50 records, from 2026-01-01T00:00:00Z")
    )
    #expect(text.contains("\n  time: event.at\n"))
    #expect(text.contains("\n#   gone: never a value; one that comes is said\n"))
    #expect(text.contains("\n#   event.tags: categories, 2\n#   event.deep.x: numbers, 3 whole"))
    try Self.check(folder)

    let table = try folder.write("at,city\n2026-01-01T00:00:00Z,Rome\n", to: "rows.csv")
    let other = try Command.run([
      "init-monitor", "-t", "events", "--input", table, "-o", folder.path + "/new.yaml",
    ])
    #expect(other.status == 64)
  }

  @Test func whatIsNoEventIsSaid() throws {
    let (run, text, _) = try Self.propose(["[1]", "x"])
    #expect(run.status == 66 && text.isEmpty)
    #expect(run.errors.contains("holds no record that can be read: the first is not_an_object ("))
    #expect(run.errors.contains("rows.ndjson:1); events are JSON objects\n"))
    let both = try Command.run(["init-monitor", "-t", "x", "--input", "a", "-b", "h:1"])
    #expect(both.status == 64 && both.errors.contains("--input reads files"))
    let place = ["-b", "127.0.0.1:1", "-o", "/none/monitor.yaml"]
    let homeless = try Command.run(["init-monitor", "-t", "empty"] + place)
    #expect(homeless.status == 64)
    #expect(homeless.errors.contains("there is no folder /none: make it, or name another place"))
  }
}
