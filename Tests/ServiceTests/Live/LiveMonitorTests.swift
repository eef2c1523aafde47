import Foundation
import KafkaClient
import Monitoring
import Records
import Reference
import Rules
import Service
import TestSupport
import Testing

/// The same monitor on a broker and over files.
@Suite(.serialized, .ownThreads) struct LiveMonitorTests {
  private struct MemorySink: OutputSink {
    var records: [OutputRecord] = []
    mutating func write(_ record: OutputRecord) { records.append(record) }
    mutating func finish() {}
  }

  private static func loaded(
    _ folder: Folder,
    monitor: String = HostileStream.monitor
  ) throws -> (plan: Plan, references: References) {
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    _ = try folder.write(Array(HostileStream.rules.utf8), to: "rules.yaml")
    // The embedded broker's transactions promise nothing.
    let text = monitor + "\nrules: [rules.yaml]\ndelivery: at_least_once\n"
    let file = try folder.write(Array(text.utf8), to: "monitor.yaml")
    let loaded = try MonitorLoader.load(file)
    return (try #require(loaded.plan, "\(loaded.report)"), try #require(loaded.references))
  }

  private static func cluster(_ plan: Plan, partitions: Int) throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: partitions)
    let names = StageTopics(plan)
    for topic in names.outputs + [names.partials, names.state, names.control] {
      try cluster.createTopic(topic, partitions: 1)
    }
    return cluster
  }

  private static func split(_ lines: [String]) -> [[String]] {
    var partitions = [[String]](repeating: [], count: 4)
    for (index, line) in lines.enumerated() {
      partitions[Int(Hash64.mix(UInt64(index)) % 4)].append(line)
    }
    return partitions
  }

  /// Everything the topics hold, dead letters by key: partitions are read side by side.
  private static func sorted(_ records: [StoredRecord]) -> [StoredRecord] {
    records.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
      .map(\.element)
  }

  @Test func topicsHoldTheSameBytesAsAReplayOfTheSamePartitions() throws {
    let loaded = try Self.loaded(try Folder())
    let cluster = try Self.cluster(loaded.plan, partitions: 4)
    try Self.compare(loaded, at: cluster.brokers)
  }

  private static let realBrokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"]

  @Test(.enabled(if: realBrokers != nil, "LEEWAY_TEST_BROKERS names no brokers"))
  func soItIsOnARealBrokerWithTheTopicsThatInitCreates() throws {
    let brokers = try #require(Self.realBrokers)
    var loaded = try Self.loaded(try Folder())
    let prefix = "leeway-test-\(UUID().uuidString)"
    loaded.plan.outputPrefix = prefix
    loaded.plan.source.topics = ["\(prefix).orders"]
    loaded.plan.delivery = .exactlyOnce
    let settings = KafkaSettings(brokers: brokers)
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    let source = NewTopic(loaded.plan.source.topics[0], partitions: 4)
    #expect(try admin.create([source]) == [.created])
    for expected in ["created", "exists with 1 partitions"] {
      let outcomes = try TopicSetup.create(
        loaded.plan,
        settings: settings,
        partitions: 1,
        replication: nil
      )
      #expect(outcomes.map(\.result) == Array(repeating: expected, count: 7))
    }
    try Self.compare(loaded, at: brokers)
  }

  /// Runs the hostile stream through topics and through files.
  private static func compare(
    _ loaded: (plan: Plan, references: References),
    at brokers: String
  ) throws {
    let (plan, references) = loaded
    let folder = try Folder()
    let partitions = split(HostileStream.lines(seed: 11, count: 3_000))
    let files = try partitions.enumerated().map { index, lines in
      try folder.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "p\(index).ndjson")
    }
    var replay = try FileReplay(
      plan: plan,
      references: references,
      inputs: files.map { InputFile($0) }
    )
    var sink = MemorySink()
    try replay.run(into: &sink)

    try TestTopic.produce(partitions, to: plan.source.topics[0], at: brokers)
    var live = LiveMonitor(
      plan: plan,
      references: references,
      settings: KafkaSettings(brokers: brokers),
      stopsAtEnd: true
    )
    let summary = try live.run(until: StopSignal())
    #expect(summary.totals == replay.summary.totals)
    // What may run for months keeps nothing of single windows and alerts.
    #expect(!replay.summary.episodes.isEmpty && summary.episodes.isEmpty)
    #expect(replay.summary.windows > 0 && summary.windows == 0)
    for output in Output.allCases {
      let expected = sink.records.filter { $0.output == output }.map { StoredRecord($0) }
      let topic = "\(plan.outputPrefix).\(output.rawValue)"
      let found = try Brokers.read(topic, at: brokers)
      #expect(!expected.isEmpty, "\(output)")
      if output == .deadLetters {
        #expect(sorted(found) == sorted(expected))
      } else {
        #expect(found == expected, "\(output)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aStopWhileTheBrokersAreAwayEndsAndSaysSo() throws {
    let (plan, references) = try Self.loaded(try Folder())
    let cluster = try Self.cluster(plan, partitions: 4)
    let lines = Self.split(HostileStream.lines(seed: 12, count: 1_000))
    try TestTopic.produce(lines, to: "orders", at: cluster.brokers)
    let stop = StopSignal()
    var live = LiveMonitor(
      plan: plan,
      references: references,
      settings: KafkaSettings(brokers: cluster.brokers)
    ) { event in
      // Records are being read, most are not written yet: the brokers vanish, and it shall end.
      if case .note(let text) = event, text.hasPrefix("collecting") {
        cluster.setReachable(false)
        stop.request()
      }
    }
    var failure: (any Error)?
    do { _ = try live.run(until: stop) } catch { failure = error }
    #expect((failure as? KafkaError)?.code == .timedOut)
  }

  @Test func keyAndHeadersOfARecordAreRead() throws {
    let monitor = HostileStream.monitor
      .replacing("where: { kind: order }", with: "where: { $header.kind: order }")
      .replacing("model_version: model", with: "model_version: $key")
    let (plan, references) = try Self.loaded(try Folder(), monitor: monitor)
    let cluster = try Self.cluster(plan, partitions: 1)
    var producer = try Producer(settings: KafkaSettings(brokers: cluster.brokers))
    for (second, kind) in ["order", "order", "heartbeat", "order"].enumerated() {
      let event = HostileStream.event(second: second, amount: "1", color: "null", model: "null")
      let (payload, key) = (Array(event.utf8), Array("v7".utf8))
      try producer.produce(
        to: "orders",
        partition: 0,
        key: key.span,
        payload: payload.span,
        headers: [RecordHeader("kind", "other"), RecordHeader("kind", kind)]
      )
    }
    try producer.flush(within: .seconds(30))
    var live = LiveMonitor(
      plan: plan,
      references: references,
      settings: KafkaSettings(brokers: cluster.brokers),
      stopsAtEnd: true
    )
    let summary = try live.run(until: StopSignal())
    #expect(summary.totals.accepted == 3 && summary.totals.filtered == 1)
    let windows = try Brokers.read("leeway.windows", at: cluster.brokers).compactMap(\.value)
    #expect(windows.allSatisfy { $0.contains("\"model_version\":\"v7\"") } && !windows.isEmpty)
  }

  @Test func aMissingTopicAndAMissingBrokerAreNamed() throws {
    let (plan, references) = try Self.loaded(try Folder())
    let cluster = try MockCluster()
    func failure(_ brokers: String) -> KafkaError? {
      let settings = KafkaSettings(brokers: brokers)
      var live = LiveMonitor(plan: plan, references: references, settings: settings)
      do { _ = try live.run(until: StopSignal()) } catch { return error as? KafkaError }
      return nil
    }
    let missing = failure(cluster.brokers)
    #expect(missing?.code == .unknownTopic)
    #expect(missing?.message == "topic orders does not exist at \(cluster.brokers)")
    try cluster.createTopic("orders", partitions: 2)
    #expect(
      failure(cluster.brokers)?.message == "the topics leeway.windows, leeway.alerts, "
        + "leeway.retraining, leeway.dead-letters, leeway.shop.partials, leeway.shop.state, "
        + "leeway.control do not exist; create them with `leeway init`"
    )
    let unreachable = failure("127.0.0.1:1")
    #expect(unreachable?.code == .brokerUnreachable)
    #expect(unreachable?.message.contains("127.0.0.1:1") == true)
  }
}
