import KafkaClient
import TestSupport
import Testing

/// Ends, gaps and errors of single partitions.
@Suite("Partitions", .ownThreads)
struct PartitionTests {
  private static let place = TopicPartition("t", 0)

  private static func cluster(records: Int) throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 2)
    var producer = try Producer(settings: KafkaSettings(cluster))
    for number in 0..<records { try producer.produce("\(number)", to: "t", 0) }
    try producer.flush(within: patience)
    return cluster
  }

  @Test func eachEndIsToldOnceUntilThereIsMore() throws {
    let cluster = try Self.cluster(records: 3)
    let settings = try KafkaSettings(cluster)
    var reader = try Consumer(group: nil, settings: settings)
    let empty = TopicPartition("t", 1)
    try reader.assign([
      PartitionStart(Self.place, at: .beginning), PartitionStart(empty, at: .beginning),
    ])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("two ends") {
      reader.read(into: &records, &events)
      return events.count == 2
    }
    #expect(records.count == 3)
    let ends: Set<ConsumerEvent> = [
      .reachedEnd(Self.place, offset: 3), .reachedEnd(empty, offset: 0),
    ]
    #expect(Set(events) == ends)

    var producer = try Producer(settings: settings)
    try producer.produce("more", to: "t", 0)
    try producer.flush(within: patience)
    try wait("the next end") {
      reader.read(into: &records, &events)
      return events.count == 3
    }
    #expect(records.count == 4 && events.last == .reachedEnd(Self.place, offset: 4))
  }

  /// Of a topic that nobody reads, the client would ask the old leader for a quarter of an hour.
  @Test func theEndsOfAPartitionThatHasMovedAreFound() throws {
    let cluster = try MockCluster(size: 2)
    try cluster.createTopic("t", partitions: 1)
    cluster.lead(1, Self.place)
    let reader = try Consumer(group: nil, settings: try KafkaSettings(cluster))
    #expect(try reader.watermarks([Self.place], within: patience).map(\.high) == [0])
    cluster.lead(2, Self.place)
    var tries = 0
    try wait("the new leader's answer") {
      tries += 1
      return (try? reader.watermarks([Self.place], within: patience)) != nil
    }
    #expect(tries == 2)
  }

  @Test func theEndIsAPlaceToStart() throws {
    let cluster = try Self.cluster(records: 3)
    var reader = try Consumer(group: nil, settings: try KafkaSettings(cluster))
    try reader.assign([PartitionStart(Self.place, at: .end)])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("the end") {
      reader.read(into: &records, &events)
      return !events.isEmpty
    }
    #expect(records.isEmpty && events == [.reachedEnd(Self.place, offset: 3)])
  }

  @Test func anOffsetThatIsNotThereIsAnEventNotASkip() throws {
    let cluster = try Self.cluster(records: 3)
    var reader = try Consumer(group: nil, settings: try KafkaSettings(cluster))
    try reader.assign([PartitionStart(Self.place, at: .offset(50))])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("an error") {
      reader.read(into: &records, &events)
      return !events.isEmpty
    }
    guard case .failed(let error, let place) = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(error.code == .offsetOutOfRange && place == Self.place && records.isEmpty)
  }

  @Test func anotherAssignmentStartsAfresh() throws {
    let cluster = try Self.cluster(records: 500)
    var reader = try Consumer(group: nil, settings: try KafkaSettings(cluster))
    for start in [100, 0, 499, 250] {
      try reader.assign([PartitionStart(Self.place, at: .offset(Int64(start)))])
      var (records, events): ([Record], [ConsumerEvent]) = ([], [])
      try wait("records from \(start)") {
        reader.read(into: &records, &events, limit: 10)
        return !records.isEmpty
      }
      #expect(records.map(\.offset) == (0..<Int64(records.count)).map { Int64(start) + $0 })
    }
    try reader.unassign()
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    reader.read(into: &records, &events)
    #expect(records.isEmpty && events.isEmpty)
  }

  /// 5 MiB a partition, then the oldest batches go: what a demo has to fit into.
  @Test func theMockClusterKeepsFiveMebibytes() throws {
    let cluster = try Self.cluster(records: 0)
    var settings = try KafkaSettings(cluster)
    try settings.override("compression.type=none")
    var producer = try Producer(settings: settings)
    let block = [UInt8](repeating: 1, count: 100_000)
    for _ in 0..<80 { try producer.produce(to: "t", partition: 0, key: nil, payload: block.span) }
    try producer.flush(within: patience)
    let ends = try Consumer(group: nil, settings: settings).watermarks([Self.place])
    #expect(ends.first?.high == 80)
    let kept = ends.map { ($0.high - $0.low) * 100_000 }.first ?? 0
    #expect(kept > 4_000_000 && kept <= 5 * 1_024 * 1_024 + 1_000_000)
  }
}
