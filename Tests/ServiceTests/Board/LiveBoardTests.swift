import Foundation
import KafkaClient
import Monitoring
import Reference
import Rules
@testable import Service
import TestSupport
import Testing

/// What a running monitor shows, beside what it has written.
@Suite(.serialized, .ownThreads) struct LiveBoardTests {
  private static func split(_ lines: [String]) -> [[String]] {
    lines.enumerated().reduce(into: [[String]](repeating: [], count: 2)) {
      $0[$1.offset % 2].append($1.element)
    }
  }

  private static func ended() throws -> LiveBoard {
    let live = try LiveBoard(split(HostileStream.lines(seed: 31, count: 3_000)))
    live.end()
    return live
  }

  private static func data(_ event: [String: Any]) throws -> [String: Any] {
    try #require(event["data"] as? [String: Any])
  }

  /// The same for the same JSON.
  private static func text(of value: [[String: Any]]) throws -> Data {
    try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
  }

  @Test func everyNumberOfAWindowIsTheOneInItsRecord() throws {
    let live = try Self.ended()
    let records = try live.events("leeway.windows").map(Self.data).filter {
      $0["window_size"] as? String == "1h" && $0["empty_windows"] == nil
        && $0["model_version"] as? String == "1"
    }
    #expect(records.count > 3)
    for statistic in ["ks", "psi", "drift", "missing", "unseen"] {
      let answer = try live.json("/api/v1/windows?version=1&statistic=\(statistic)")
      let windows = try #require(answer["windows"] as? [[String: Any]])
      let shown = try #require(answer["fields"] as? [[String: Any]])
      for record in records {
        let end = record["window_end"] as? String
        let index = try #require(windows.firstIndex { $0["end"] as? String == end })
        #expect(windows[index]["records"] as? Int == record["records"] as? Int)
        for field in try #require(record["fields"] as? [[String: Any]]) {
          let measured = (field["statistics"] as? [String: [String: Any]])?[statistic]
          let column = shown.first { $0["field"] as? String == field["field"] as? String }
          let values = try #require(column?["values"] as? [Any])
          #expect(values[index] as? Double == measured?["value"] as? Double)
        }
      }
    }
  }

  @Test func theGapThatIsDrawnIsTheDistanceInTheRecord() throws {
    let live = try Self.ended()
    let answer = try live.json("/api/v1/fields?field=amount&version=1")
    let windows = try #require(answer["windows"] as? [[String: Any]])
    let series = try #require(answer["series"] as? [String: [String: Any]])
    let distances = try #require(series["ks"]?["values"] as? [Any])
    var seen = 0
    for (index, window) in windows.enumerated() {
      guard let end = window["end"] as? String, window["n"] as? Int ?? 0 > 0 else { continue }
      let one = try live.json("/api/v1/fields?field=amount&version=1&to=\(end)")
      let distributions = try #require(one["distributions"] as? [String: Any])
      #expect(distributions["window_end"] as? String == end)
      let functions = try #require(distributions["functions"] as? [String: Any])
      let gap = try #require(functions["gap"] as? [String: Any])
      #expect(gap["distance"] as? Double == distances[index] as? Double)
      seen += 1
    }
    #expect(seen > 3)
    let color = try live.json("/api/v1/fields?field=color&version=1")
    let shape = (color["distributions"] as? [String: Any])?["categories"] as? [String: Any]
    #expect(Set(shape?["names"] as? [String] ?? []) == ["red", "green", "blue"])
  }

  @Test func alertsAndRequestsAreThoseOfTheTopics() throws {
    let live = try Self.ended()
    let written = try live.events("leeway.alerts")
    let answer = try live.json("/api/v1/alerts")
    let changes = try #require(answer["changes"] as? [[String: Any]])
    #expect(changes.map { $0["id"] as? String } == written.map { $0["id"] as? String })
    #expect(changes.count > 3)
    var last: [String: String] = [:]
    for event in try written.map(Self.data) {
      last[try #require(event["alert"] as? String)] = event["state"] as? String
    }
    let standing = try #require(answer["standing"] as? [[String: Any]])
    let states = standing.map { ($0["alert"] as? String ?? "", $0["state"] as? String ?? "") }
    #expect(Dictionary(uniqueKeysWithValues: states) == last.filter { $0.value != "resolved" })
    let name = try #require(changes[0]["alert"] as? String)
    let one = try live.json("/api/v1/alerts?alert=\(name)")
    let events = try #require(one["events"] as? [[String: Any]])
    let expected = written.filter { ($0["data"] as? [String: Any])?["alert"] as? String == name }
    #expect(try Self.text(of: events) == Self.text(of: expected) && !events.isEmpty)
    var book = ReportBook(plan: live.plan)
    try book.readTopics(KafkaSettings(brokers: live.cluster.brokers))
    let fired = try written.map(Self.data).filter { $0["state"] as? String == "firing" }
    #expect(
      Set(book.alerts.fired.map(\.content.alert))
        == Set(fired.compactMap { $0["alert"] as? String })
    )
    #expect(book.totals["1h"]?.read == live.board.shown.tally?.read)
    #expect(!book.requests.requests.isEmpty)
    let triggers = try live.json("/api/v1/triggers")
    let requests = try #require(triggers["requests"] as? [[String: Any]])
    #expect(try Self.text(of: requests) == Self.text(of: live.events("leeway.retraining")))
    #expect(!requests.isEmpty)
    let rules = try #require(try live.json("/api/v1/rules")["rules"] as? [[String: Any]])
    let names = ["Stable", "Enough", "Complete", "IntegrityHeld"]
    #expect(rules.map { $0["rule"] as? String } == names)
    let firing = rules.reduce(0) { $0 + ($1["firing"] as? Int ?? 0) }
    #expect(firing == standing.count { $0["state"] as? String == "firing" })
    try Self.expectLabelsOfTheReference(in: live.get("/metrics").body)
  }

  @Test func aProcessThatWasStartedAnewShowsWhatWasWrittenBefore() throws {
    let live = try Self.ended()
    let (plan, references) = try HostilePlan.loaded(rules: HostileStream.rules)
    let board = MonitorBoard(plan: plan, references: references, keepsRecords: true)
    let settings = KafkaSettings(brokers: live.cluster.brokers)
    var history = BoardHistory(board, live.names, settings)
    // Once more changes nothing.
    for _ in 0..<2 { history.read { false } }
    let (before, now) = (live.board.shown, board.shown)
    #expect(now.windows.things.map(\.id) == before.windows.things.map(\.id))
    #expect(now.alerts.things.map(\.notice.id) == before.alerts.things.map(\.notice.id))
    #expect(now.requests.things.map(\.json) == before.requests.things.map(\.json))
    #expect(now.lacks == nil && !now.windows.things.isEmpty)
  }

  @Test func whoStandsByShowsWhatAnotherWrites() throws {
    let live = try Self.ended()
    let (plan, references) = try HostilePlan.loaded(rules: HostileStream.rules)
    let board = MonitorBoard(plan: plan, references: references, keepsRecords: true)
    let settings = KafkaSettings(brokers: live.cluster.brokers)
    var history = BoardHistory(board, live.names, settings, every: .zero)
    // Before the group has said who evaluates there is nothing to follow.
    history.follow { false }
    #expect(board.shown.windows.things.isEmpty)
    board.note(.collecting(partitions: 1), from: .collect)
    board.note(.evaluating(false), from: .evaluate)
    // What could not be read is said until it is.
    let nobody = KafkaSettings(brokers: "127.0.0.1:1")
    var failing = BoardHistory(board, live.names, nobody, within: .milliseconds(100))
    failing.follow { false }
    #expect(try #require(board.shown.lacks).hasPrefix("leeway.windows could not be read: "))
    history.follow { false }
    #expect(board.shown.lacks == nil)
    let (other, own) = (live.board.shown, board.shown)
    #expect(own.windows.things.map(\.id) == other.windows.things.map(\.id))
    let states = Set(own.standingAlerts.map { "\($0.alert) \($0.state)" })
    #expect(states == Set(other.standing.alerts.map { "\($0.alert) \($0.state)" }))
    #expect(!states.isEmpty)
    // What comes later comes by itself.
    let window = try #require(live.events("leeway.windows").last)
    var text = String(decoding: try JSONSerialization.data(withJSONObject: window), as: UTF8.self)
    text = text.replacing(try #require(window["id"] as? String), with: "later")
    try TestTopic.produce([[text]], to: "leeway.windows", at: live.cluster.brokers)
    history.follow { false }
    let known = board.shown.windows.things + board.shown.segments.things
    #expect(known.contains { $0.id == "later" })
  }

  @Test func whoEvaluatesNoMoreKnowsNothingOfTheStream() throws {
    let live = try Self.ended()
    let board = live.board
    func page() -> String { MetricsPage(board.shown, silence: nil, fields: 0).text }
    func names() -> [String] { page().matches(of: /(?m)^(leeway_\w+)[ {]/).map { String($0.1) } }
    func status() -> String { String(decoding: board.shown.status(isHealthy: true), as: UTF8.self) }
    board.note(.eventLag(7), from: .evaluate)
    let evaluators: Set = [
      "leeway_watermark_lag_seconds", "leeway_read_records_total", "leeway_records_total",
      "leeway_rejected_records_total", "leeway_windows_total",
      "leeway_closed_through_timestamp_seconds", "leeway_audit_violations_total",
    ]
    let known = Set(names())
    #expect(known.isSuperset(of: evaluators))
    #expect(page().contains("\nleeway_monitor_info{monitor=\"shop\"} 1\n"))
    #expect(status().contains("\"lag_seconds\":7,"))
    #expect(status().contains(/"violations":0,"windows":[1-9]/))
    board.note(.evaluating(false), from: .evaluate)
    #expect(known.subtracting(names()) == evaluators)
    let shown = board.shown
    #expect(shown.watermark == nil && shown.closedThrough == nil)
    #expect(status().contains("\"lag_seconds\":null,\"watermark\":null,"))
    #expect(status().contains("\"records\":null,\"violations\":null,\"windows\":null,"))
    // What the process itself has done it still knows.
    #expect(shown.metrics.collected == 3_000 && shown.metrics.commits > 0)
  }

  @Test func aSegmentIsHeldToTheRulesOfItsField() throws {
    let folder = try Folder()
    let rows = HostileStream.reference.enumerated().map { index, row in
      row.replacing("\"color\"", with: "\"size\":\"\(index % 2 == 0 ? "S" : "M")\",\"color\"")
    }
    let profile = try Rows(rows).learn(time: "at", segments: ["color", "size"]).profile
    _ = try folder.write(profile.json, to: "reference.json")
    let rules = """
      version: 1
      rules:
        - { name: Whole, each: numeric, expect: psi < 0.1 }
        - { name: ByColor, each: numeric, expect: psi < 0.2, by: color }
        - { name: BySize, each: numeric, expect: psi < 0.3, by: size }
      """
    _ = try folder.write(Array(rules.utf8), to: "rules.yaml")
    let text = HostileStream.monitor + "\nsegments: [color, size]\nrules: [rules.yaml]\n"
    let loaded = try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
    let plan = try #require(loaded.plan, "\(loaded.report)")
    let amount = try #require(plan.fields.firstIndex { $0.name == "amount" })
    func judges(_ segment: String) -> [String] {
      plan.limits(ofField: amount, segment: segment).map(\.rule)
    }
    #expect(plan.limits(ofField: amount).map(\.rule) == ["Whole"])
    #expect(judges("color=red") == ["ByColor"] && judges("size=__other__") == ["BySize"])
  }

  @Test func rulesThatSayWhenToAlertSayWhatIsGood() throws {
    let rules = """
      version: 1
      rules:
        - { name: When, when: psi(amount) >= 0.2 }
        - { name: Expect, each: numeric, expect: missing < 20% }
      """
    let (plan, references) = try HostilePlan.loaded(rules: rules)
    let shown = MonitorBoard(plan: plan, references: references).shown
    let said = String(decoding: shown.rules, as: UTF8.self)
    let test = #""tests":[{"statistic":"psi","field":"amount","good":"<","threshold":0.2,"#
    #expect(said.contains(#""when":true"#) && said.contains(#""when":false"#))
    #expect(said.contains(test))
    #expect(said.contains(#""tests":[{"statistic":"missing","field":null,"good":"<","#))
    var query = BoardQuery()
    query.field = "amount"
    let field = String(decoding: try shown.fields(query), as: UTF8.self)
    #expect(field.contains(#""statistic":"psi","relation":">=","good":"<","threshold":0.2"#))
  }

  @Test func itIsReadyWithPartitionsAndStateAndStaysSoWithoutBrokers() throws {
    let (plan, references) = try HostilePlan.loaded()
    let board = MonitorBoard(plan: plan, references: references)
    let router = WebRouter(board: board, access: .thisMachine)
    func ready() -> Int { router.answer(WebRequest(method: "GET", target: "/-/ready")).status }
    #expect(ready() == 503)
    board.note(.collecting(partitions: 0), from: .collect)
    #expect(ready() == 503)
    board.note(.evaluating(false), from: .evaluate)
    #expect(ready() == 200)
    board.note(.trouble("timed out"), from: .collect)
    #expect(ready() == 200)

    let lines = Self.split(HostileStream.lines(seed: 5, count: 200))
    let live = try LiveBoard(lines, stopsAtEnd: false)
    #expect(try comesTrue { try live.get("/-/ready").status == 200 })
    live.cluster.setReachable(false)
    #expect(try comesTrue { try live.get("/metrics").body.contains("leeway_broker_errors_total{") })
    #expect(try live.get("/-/ready").status == 200 && live.get("/-/healthy").status == 200)
    live.cluster.setReachable(true)
    live.stop.request()
    live.end()
    #expect(try live.get("/-/ready").body == "stopping\n")
  }

  /// What the reference says of a metric is what stands on the page.
  private static func expectLabelsOfTheReference(in body: String) throws {
    let rows = MetricsReference.table.split(separator: "\n").dropFirst(2).map(String.init)
    var labels: [String: [String]] = [:]
    for row in rows {
      let names = row.matches(of: /`(\w+)`/).map { String($0.1) }
      labels[names[0]] = Array(names.dropFirst())
    }
    var seen: Set<String> = []
    for line in body.split(separator: "\n") where !line.hasPrefix("#") {
      let sample = try #require(line.wholeMatch(of: /(\w+)(?:\{(.*)\})? \S+/))
      let name = String(sample.1)
      let own = labels[name] == nil ? name.replacing(/_(bucket|sum|count)$/, with: "") : name
      let found = (sample.2 ?? "").matches(of: /(\w+)="/).map { String($0.1) }
      #expect(found.filter { $0 != "le" } == labels[own], "\(line)")
      seen.insert(own)
    }
    #expect(seen.count > 20)
  }

  private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: promtool != nil, "there is no promtool: apt-get install prometheus"))
  func promtoolFindsNothingWrongWithTheMetrics() throws {
    let live = try Self.ended()
    let metrics = try live.get("/metrics")
    #expect(metrics.head.contains("text/plain; version=0.0.4"))
    for name in [
      "leeway_field_statistic{field=\"amount\",statistic=\"missing\"}",
      "process_cpu_seconds_total ",
      "leeway_alert_latency_seconds_bucket{le=\"+Inf\"}", "leeway_alerts{state=\"firing\"}",
      "leeway_rejected_records_total{reason=\"bad_json\"}", "process_resident_memory_bytes ",
    ] { #expect(metrics.body.contains("\n\(name)"), "\(name)") }
    let (input, output) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.promtool))
    process.arguments = ["check", "metrics"]
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(metrics.body.utf8))
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && said == "", "\(said)")
  }
}
