import KafkaClient
import TestSupport
import Testing

/// Reading a stretch of a log once.
@Suite("Log scans", .ownThreads)
struct LogScanTests {
  private static let place = TopicPartition("t", 1)

  /// A cluster whose partition `t[1]` holds the texts "0", "1" and so on.
  private static func cluster(records: Int) throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 2)
    var producer = try Producer(settings: KafkaSettings(cluster))
    for number in 0..<records { try producer.produce("\(number)", to: "t", 1) }
    try producer.flush(within: patience)
    return cluster
  }

  @Test(arguments: [(0, 10_000), (9_999, 10_000), (17, 4_321), (5, 5), (7, 3)])
  func exactlyTheStretchIsRead(start: Int64, end: Int64) throws {
    let cluster = try Self.cluster(records: 10_000)
    let settings = try KafkaSettings(cluster)
    #expect(try LogScan.endOffset(of: Self.place, settings: settings) == 10_000)
    var (offsets, texts): ([Int64], [String]) = ([], [])
    try LogScan.read(Self.place, from: start, to: end, settings: settings) { offset, key, payload in
      #expect(copy(key) == nil)
      offsets.append(offset)
      texts.append(String(decoding: copy(payload) ?? [], as: UTF8.self))
    }
    #expect(offsets == Array(start..<max(start, end)))
    #expect(texts == offsets.map { "\($0)" })
  }

  @Test func keysAndTombstonesAreLent() throws {
    let cluster = try Self.cluster(records: 0)
    let settings = try KafkaSettings(cluster)
    #expect(try LogScan.endOffset(of: Self.place, settings: settings) == 0)
    var producer = try Producer(settings: settings)
    let key: [UInt8] = [1, 2]
    try producer.produce(to: "t", partition: 1, key: key.span, payload: nil)
    try producer.flush(within: patience)
    var found: [(key: [UInt8]?, payload: [UInt8]?)] = []
    try LogScan.read(Self.place, from: 0, to: 1, settings: settings) { _, key, payload in
      found.append((copy(key), copy(payload)))
    }
    #expect(found.count == 1 && found[0].key == key && found[0].payload == nil)
  }

  /// As a transaction looks that is never decided: there is no more, and the end is not reached.
  @Test func aScanWithoutProgressEnds() throws {
    let cluster = try Self.cluster(records: 3)
    let settings = try KafkaSettings(cluster)
    var count = 0
    let error = #expect(throws: KafkaError.self) {
      try LogScan.read(
        Self.place,
        from: 0,
        to: 4,
        settings: settings,
        within: .milliseconds(300)
      ) { _, _, _ in count += 1 }
    }
    #expect(error?.code == .timedOut && error?.isRetriable == true)
    #expect(error?.message.contains("t[1] from 3 to 4") == true)
    #expect(count == 3)
  }

  @Test func whatIsNotThereIsAnError() throws {
    let cluster = try Self.cluster(records: 3)
    let settings = try KafkaSettings(cluster)
    let error = #expect(throws: KafkaError.self) {
      try LogScan.read(Self.place, from: 5, to: 9, settings: settings) { _, _, _ in }
    }
    #expect(error?.code == .offsetOutOfRange)
    let unknown = #expect(throws: KafkaError.self) {
      try LogScan.endOffset(of: TopicPartition("t", 7), settings: settings)
    }
    #expect(unknown?.code == .unknownTopic)
  }

  @Test func theReadersErrorEndsTheScan() throws {
    struct Enough: Error {}
    let cluster = try Self.cluster(records: 30)
    let settings = try KafkaSettings(cluster)
    var count = 0
    #expect(throws: Enough.self) {
      try LogScan.read(Self.place, from: 0, to: 30, settings: settings) { _, _, _ in
        count += 1
        if count == 7 { throw Enough() }
      }
    }
    #expect(count == 7)
  }

  @Test func brokersThatGoAwayAreNamed() throws {
    let cluster = try Self.cluster(records: 3)
    let settings = try KafkaSettings(cluster)
    cluster.setReachable(false)
    let error = #expect(throws: KafkaError.self) {
      try LogScan.read(
        Self.place,
        from: 0,
        to: 3,
        settings: settings,
        within: .seconds(3)
      ) { _, _, _ in }
    }
    #expect(error?.code == .timedOut)
    #expect(error?.message.contains("Connection refused") == true, "\(error?.message ?? "")")
  }
}
