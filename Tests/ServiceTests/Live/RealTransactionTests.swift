import Foundation
import KafkaClient
import Monitoring
import Reference
import Rules
import TestSupport
import Testing

@testable import Service

/// What reads topics beside the stages, where producers commit and abort: nothing of what was
/// aborted may show, and nobody may wait for records where only marks are left.
@Suite(
  "Real transactions",
  .enabled(
    if: ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] != nil,
    "LEEWAY_TEST_BROKERS names no brokers"
  )
)
struct RealTransactionTests {
  private struct MemorySink: OutputSink {
    var records: [OutputRecord] = []
    mutating func write(_ record: OutputRecord) { records.append(record) }
    mutating func finish() {}
  }

  /// How a transaction ends.
  private enum End {
    case commit, abort
    /// Not before its producer is gone, and the broker aborts it.
    case never
  }

  private let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] ?? ""
  private let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"

  private func create(_ topic: String, partitions: Int) throws {
    let admin = try Admin(settings: KafkaSettings(brokers: brokers))
    try admin.waitForBroker()
    #expect(try admin.create([NewTopic(topic, partitions: partitions)]) == [.created])
    #expect(try comesTrue { try admin.describe([topic])[0] != nil })
  }

  private func producer() throws -> Producer {
    var producer = try Producer(
      settings: KafkaSettings(brokers: brokers),
      transactionalID: "\(name)-\(UUID().uuidString)",
      timeout: .seconds(30)
    )
    let isReady = try comesTrue {
      do throws(KafkaError) {
        try producer.initTransactions()
        return true
      } catch {
        guard error.isRetriable else { throw error }
        return false
      }
    }
    #expect(isReady)
    return producer
  }

  /// One transaction.
  private static func write(
    _ lines: [String],
    to place: TopicPartition,
    _ end: End = .commit,
    by producer: inout Producer
  ) throws {
    try producer.beginTransaction()
    for line in lines {
      let bytes = Array(line.utf8)
      try producer.produce(
        to: place.topic,
        partition: place.partition,
        key: nil,
        payload: bytes.isEmpty ? nil : bytes.span
      )
    }
    try producer.flush(within: .seconds(30))
    switch end {
    case .commit: try producer.commitTransaction()
    case .abort: try producer.abortTransaction()
    case .never: break
    }
  }

  /// A monitor of a topic, and its folder.
  private func loaded(_ topic: String) throws -> (Folder, plan: Plan, references: References) {
    let folder = try Folder()
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    _ = try folder.write(Array(HostileStream.rules.utf8), to: "rules.yaml")
    let text = HostileStream.monitor + "\nrules: [rules.yaml]\n"
    let loaded = try MonitorLoader.load(
      try folder.write(Array(text.utf8), to: "monitor.yaml")
    )
    var plan = try #require(loaded.plan, "\(loaded.report)")
    plan.source.topics = [topic]
    return (folder, plan, try #require(loaded.references))
  }

  private func replay(
    _ loaded: (Folder, plan: Plan, references: References),
    _ bounds: ReplayBounds = ReplayBounds()
  ) throws -> (records: [OutputRecord], read: UInt64) {
    var replay = try TopicReplay(
      plan: loaded.plan,
      references: loaded.references,
      bounds: bounds,
      settings: KafkaSettings(brokers: brokers)
    )
    var sink = MemorySink()
    try replay.run(into: &sink)
    return (sink.records, replay.summary.totals.read)
  }

  /// Windows, alerts and requests without the offsets, which marks take part of, and without when
  /// they expire, which no file knows.
  private static func texts(_ records: [OutputRecord]) -> [StoredRecord] {
    records.filter { $0.output != .deadLetters }.map { record in
      var record = StoredRecord(record)
      record.value?.replace(/"start":\d+,"end":\d+/, with: "")
      record.value?.replace(/"expires":"[^"]*",/, with: "")
      return record
    }
  }

  /// The rows of each request, as they are exported.
  private func exports(
    _ records: [OutputRecord],
    _ loaded: (folder: Folder, plan: Plan, references: References),
    from source: RequestExport.Source
  ) throws -> [String] {
    let requests = records.filter { record in
      StoredRecord(record).value?.contains("io.leeway.retrain.request.v1") ?? false
    }
    return try requests.map { record in
      var export = try RequestExport(
        try RetrainingRequest(json: record.value ?? [], name: "the request"),
        plan: loaded.plan,
        references: loaded.references,
        source: source
      )
      let path = try loaded.folder.write([], to: "rows.ndjson")
      _ = try export.write(to: path, .ndjson)
      return try String(contentsOfFile: path, encoding: .utf8)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func aReplayOfWhatWasCommittedSaysWhatAReplayOfFilesSays() throws {
    let topic = "\(name).orders"
    let loaded = try loaded(topic)
    try create(topic, partitions: 3)
    var producer = try producer()
    let lines = HostileStream.lines(seed: 21, count: 2_000)
    let wrong = HostileStream.lines(seed: 22, count: 300)
    // The third partition holds nothing but what was aborted.
    for partition in 0..<2 {
      let place = TopicPartition(topic, Int32(partition))
      try Self.write(wrong, to: place, .abort, by: &producer)
      let half = lines[(partition * 1_000)..<(partition * 1_000 + 1_000)]
      for start in stride(from: half.startIndex, to: half.endIndex, by: 250) {
        try Self.write(Array(half[start..<start + 250]), to: place, by: &producer)
        try Self.write(wrong, to: place, .abort, by: &producer)
      }
    }
    try Self.write(wrong, to: TopicPartition(topic, 2), .abort, by: &producer)
    let files = try [lines[..<1_000], lines[1_000...], []].enumerated().map { index, lines in
      let text = lines.map { $0 + "\n" }.joined()
      return InputFile(try loaded.0.write(Array(text.utf8), to: "p\(index).ndjson"))
    }
    var replay = try FileReplay(plan: loaded.plan, references: loaded.references, inputs: files)
    var sink = MemorySink()
    try replay.run(into: &sink)
    let expected = Self.texts(sink.records)
    #expect(Set(sink.records.map(\.output)) == Set(Output.allCases))
    let whole = try self.replay(loaded)
    #expect(whole.read == 2_000 && Self.texts(whole.records) == expected)
    // Ranges of offsets have marks and aborted records within; the rows are the same.
    let rows = try exports(sink.records, loaded, from: .files(files))
    let settings = KafkaSettings(brokers: brokers)
    #expect(try exports(whole.records, loaded, from: .topics(settings)) == rows)
    #expect(!rows.isEmpty && rows.allSatisfy { !$0.isEmpty })

    // What is behind an open transaction cannot be read: it is no part of the stretch.
    var open = try self.producer()
    try Self.write(wrong, to: TopicPartition(topic, 0), .never, by: &open)
    try Self.write(wrong, to: TopicPartition(topic, 0), by: &producer)
    let rest = try self.replay(loaded)
    #expect(rest.read == 2_000 && rest.records.count == whole.records.count)
  }

  @Test(.timeLimit(.minutes(2)))
  func aStretchMayBeginAndEndInWhatWasAborted() throws {
    let topic = "\(name).orders"
    let loaded = try loaded(topic)
    try create(topic, partitions: 1)
    let place = TopicPartition(topic, 0)
    var producer = try producer()
    let lines = HostileStream.lines(seed: 23, count: 10)
    // 0 to 9 and the mark 10; 11 to 20, 21; 22 to 31, 32.
    for end in [End.abort, .commit, .abort] { try Self.write(lines, to: place, end, by: &producer) }
    let stretches: [(from: Int64, to: Int64, read: UInt64)] = [
      (0, 33, 10), (0, 11, 0), (5, 12, 1), (10, 21, 10), (11, 22, 10), (15, 17, 2), (20, 30, 1),
      (21, 33, 0), (25, 30, 0), (32, 33, 0),
    ]
    for stretch in stretches {
      let bounds = ReplayBounds(from: .offset(stretch.from), to: .offset(stretch.to))
      #expect(try replay(loaded, bounds).read == stretch.read, "\(stretch)")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func nobodyIsToldOfAnAlertThatWasAborted() throws {
    let place = TopicPartition("\(name).alerts", 0)
    try create(place.topic, partitions: 1)
    let server = try HTTPServer()
    let target = NotificationTarget.webhook(
      try #require(URL(string: server.address)),
      tokenFile: nil
    )
    func told() -> [String] { server.requests.map { $0.headers["ce-id"] ?? "" } }
    var producer = try producer()
    func write(_ alert: String, _ state: String, _ end: End = .commit) throws {
      try Self.write([AlertRecord(alert, state).json], to: place, end, by: &producer)
    }
    try write("a", "firing")
    try write("never", "firing", .abort)
    try write("a", "resolved", .abort)
    let notifier = RunningNotifier(target, brokers: brokers, prefix: name, session: 6_000)
    #expect(comesTrue { told() == ["a-firing-0"] })
    // Three records, and a mark behind each: it is committed as far as there is anything.
    let settings = KafkaSettings(brokers: brokers)
    let reader = try Consumer(group: "\(name).notify", settings: settings)
    #expect(try comesTrue { try reader.committed([place])[0]?.offset == 6 })
    var other = try self.producer()
    try Self.write([AlertRecord("b", "firing").json], to: place, .never, by: &other)
    try write("c", "firing")
    #expect(told() == ["a-firing-0"])
    try other.commitTransaction()
    #expect(comesTrue { told() == ["a-firing-0", "b-firing-0", "c-firing-0"] })
    _ = notifier.stop()
    try write("never", "firing", .abort)
    try write("a", "resolved")
    let next = RunningNotifier(target, brokers: brokers, prefix: name, session: 6_000)
    #expect(comesTrue { told().count == 4 })
    #expect(told().last == "a-resolved-0")
    #expect(next.stop()?.delivered == 1)
  }
}
