import KafkaClient
import TestSupport
import Testing

/// Records through the mock cluster: what goes in comes out.
@Suite("Records there and back", .ownThreads)
struct RecordTests {
  /// Reads partitions from their beginning until all their ends are reached.
  private func readAll(
    _ settings: KafkaSettings,
    _ partitions: [TopicPartition]
  ) throws -> [Record] {
    var reader = try Consumer(group: nil, settings: settings)
    try reader.assign(partitions.map { PartitionStart($0, at: .beginning) })
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    var ends: Set<TopicPartition> = []
    try wait("the ends of \(partitions)") {
      reader.read(into: &records, &events)
      for case .reachedEnd(let place, _) in events { ends.insert(place) }
      return ends.count == partitions.count
    }
    #expect(reader.droppedRecords == 0)
    return records
  }

  /// Gives the cluster a topic "t" whose one partition has so many records, numbered from 0.
  private func fill(_ cluster: borrowing MockCluster, records: Int) throws -> KafkaSettings {
    try cluster.createTopic("t", partitions: 1)
    let settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    for number in 0..<records { try producer.produce("\(number)", to: "t", 0) }
    try producer.flush(within: patience)
    return settings
  }

  @Test func keysHeadersTimesAndTombstones() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    let settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    let headers = [
      RecordHeader("trace", "abc"), RecordHeader("none", nil), RecordHeader("trace", [0, 255]),
      RecordHeader("empty", []),
    ]
    let (key, payload, empty): ([UInt8], [UInt8], [UInt8]) = ([1, 0, 2], [0, 10, 0], [])
    try producer.produce(
      to: "t",
      partition: 0,
      key: key.span,
      payload: payload.span,
      headers: headers,
      timestampMilliseconds: 1_356_998_400_123
    )
    try producer.produce(to: "t", partition: 0, key: key.span, payload: nil)
    try producer.produce(to: "t", partition: 0, key: empty.span, payload: empty.span)
    try producer.produce(to: "t", partition: 0, key: nil, payload: nil)
    try producer.flush(within: patience)

    let records = try readAll(settings, [TopicPartition("t", 0)])
    #expect(records.map(\.offset) == [0, 1, 2, 3])
    #expect(records.map(\.key) == [key, key, empty, nil])
    #expect(records.map(\.payload) == [payload, nil, empty, nil])
    #expect(records.map(\.headers) == [headers, [], [], []])
    #expect(records.map(\.timestamp.kind) == [.create, .create, .create, .create])
    #expect(records.first?.timestamp.milliseconds == 1_356_998_400_123)
  }

  @Test func readersEndRightBehindALargeBatch() throws {
    let cluster = try MockCluster()
    let settings = try fill(cluster, records: 2_000)
    // What a large batch holds is let go of beside the reader, and must be gone before it is.
    for _ in 0..<20 {
      var reader = try Consumer(group: nil, settings: settings)
      try reader.assign([PartitionStart(TopicPartition("t", 0), at: .beginning)])
      var offsets: [Int64] = []
      try wait("a large batch") {
        offsets = []
        _ = reader.withBatch(timeout: .seconds(1)) { batch in
          batch.forEach(first: batch.count) { row, _, _ in offsets.append(batch.offset(row)) }
        }
        return offsets.count >= 256
      }
      #expect(offsets == (offsets[0]..<offsets[0] + Int64(offsets.count)).map { $0 })
    }
  }

  @Test func aHundredThousandCompressedRecordsComeOnce() throws {
    let cluster = try MockCluster(size: 2)
    try cluster.createTopic("big", partitions: 4)
    let settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    let count = 100_000
    for number in 0..<count {
      try producer.produce(
        "{\"number\":\(number),\"padding\":\"xxxxxxxx\"}",
        to: "big",
        Int32(number % 4)
      )
    }
    try producer.flush(within: patience)
    #expect(producer.accepted == count && producer.failed == 0 && producer.undelivered == 0)

    let partitions = (0..<4).map { TopicPartition("big", $0) }
    let records = try readAll(settings, partitions)
    #expect(records.count == count)
    for (index, place) in partitions.enumerated() {
      let mine = records.filter { $0.place == place }
      #expect(mine.map(\.offset) == (0..<Int64(count / 4)).map { $0 })
      let expected = stride(from: index, to: count, by: 4).map {
        Array("{\"number\":\($0),\"padding\":\"xxxxxxxx\"}".utf8)
      }
      #expect(mine.map(\.payload) == expected)
    }
    let consumer = try Consumer(group: nil, settings: settings)
    let ends = try consumer.watermarks(partitions)
    #expect(ends == Array(repeating: Watermarks(low: 0, high: 25_000), count: 4))
  }

  @Test func aKeyAlwaysGoesToTheSamePartition() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("keyed", partitions: 4)
    let settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    for number in 0..<200 {
      let (key, payload) = (Array("key\(number % 20)".utf8), Array("\(number)".utf8))
      try producer.produce(to: "keyed", key: key.span, payload: payload.span)
    }
    try producer.flush(within: patience)
    let records = try readAll(settings, (0..<4).map { TopicPartition("keyed", $0) })
    #expect(records.count == 200)
    let places = Dictionary(grouping: records, by: \.key).mapValues { Set($0.map(\.place)) }
    #expect(places.count == 20 && places.values.allSatisfy { $0.count == 1 })
    #expect(Set(records.map(\.place)).count > 1)
    // What Java's client computes: (murmur2(key) & 0x7fffffff) % 4.
    for (number, partition) in [(0, 2), (1, 0), (2, 3)] {
      let key = Array("key\(number)".utf8)
      #expect(places[key] == [TopicPartition("keyed", Int32(partition))])
    }
  }

  @Test func smallBatchesAreTheSameRecords() throws {
    let cluster = try MockCluster()
    let settings = try fill(cluster, records: 100)
    var reader = try Consumer(group: nil, settings: settings)
    try reader.assign([PartitionStart(TopicPartition("t", 0), at: .offset(40))])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("the end") {
      let before = records.count
      reader.read(into: &records, &events, limit: 7)
      #expect(records.count - before <= 7)
      return !events.isEmpty
    }
    #expect(records.map(\.offset) == (40..<100).map { Int64($0) })
    #expect(events == [.reachedEnd(TopicPartition("t", 0), offset: 100)])
  }

  /// Each batch of the topic fills the queue; were it looked at once a second only, as librdkafka
  /// does below 2.2, this would take three minutes.
  @Test(.timeLimit(.minutes(1))) func aFullQueueIsFilledAgainAsSoonAsThereIsRoom() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    var settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    let payload = String(repeating: "x", count: 2_000)
    for _ in 0..<200 {
      try producer.produce(payload, to: "t", 0)
      try producer.flush(within: patience)
    }
    try settings.override("queued.max.messages.kbytes=1")
    try settings.override("fetch.message.max.bytes=1000")
    let records = try readAll(settings, [TopicPartition("t", 0)])
    #expect(records.map(\.offset) == (0..<200).map { Int64($0) })
  }

  @Test func aProducerIsToldTheSameEndsAsAConsumer() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 2)
    var producer = try Producer(settings: KafkaSettings(cluster))
    for number in 0..<3 { try producer.produce("\(number)", to: "t", 1) }
    try producer.flush(within: patience)
    let ends = try producer.watermarks([TopicPartition("t", 1), TopicPartition("t", 0)])
    #expect(ends == [Watermarks(low: 0, high: 3), Watermarks(low: 0, high: 0)])
  }
}
