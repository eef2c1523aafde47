import KafkaClient
import TestSupport
import Testing

/// A full queue, refused records, brokers that go away.
@Suite("Producing", .ownThreads)
struct ProducerTests {
  @Test func aFullQueueIsWaitedFor() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    var settings = try KafkaSettings(cluster)
    try settings.override("queue.buffering.max.messages=100")
    var producer = try Producer(settings: settings)
    for number in 0..<5_000 {
      try producer.produce("\(number)", to: "t", 0)
      #expect(producer.undelivered <= 100)
    }
    try producer.flush(within: patience)
    let ends = try Consumer(group: nil, settings: settings).watermarks([TopicPartition("t", 0)])
    #expect(ends == [Watermarks(low: 0, high: 5_000)])
  }

  @Test func patienceEnds() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    cluster.setReachable(false)
    var settings = try KafkaSettings(cluster)
    try settings.override("queue.buffering.max.messages=10")
    var producer = try Producer(settings: settings, patience: .milliseconds(300))
    for number in 0..<10 { try producer.produce("\(number)", to: "t", 0) }
    let error = #expect(throws: KafkaError.self) { try producer.produce("one more", to: "t", 0) }
    #expect(error?.code == .queueFull && error?.isRetriable == true)
    let late = #expect(throws: KafkaError.self) { try producer.flush(within: .milliseconds(100)) }
    #expect(late?.code == .timedOut)
    #expect(late?.message.contains("10 records") == true)
  }

  @Test func whatIsNotDeliveredIsSaidOnce() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    cluster.setReachable(false)
    var settings = try KafkaSettings(cluster)
    try settings.override("message.timeout.ms=200")
    var producer = try Producer(settings: settings)
    for number in 0..<7 { try producer.produce("\(number)", to: "t", 0) }
    let error = #expect(throws: KafkaError.self) { try producer.flush(within: patience) }
    #expect(error?.code == .notDelivered)
    #expect(
      error?.message.hasPrefix("7 records were not delivered; the first: a record for t") == true
    )
    #expect(producer.failed == 7 && producer.accepted == 7 && producer.undelivered == 0)
    try producer.flush(within: patience)
  }

  @Test func aRefusedRecordIsAnError() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    var producer = try Producer(settings: try KafkaSettings(cluster))
    // 10 is MSG_SIZE_TOO_LARGE
    cluster.fail(.produce, with: [10])
    try producer.produce("x", to: "t", 0)
    let error = #expect(throws: KafkaError.self) { try producer.flush(within: patience) }
    #expect(error?.code == .tooLarge)
  }

  @Test func brokersThatComeBackGetEverythingOnce() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    let settings = try KafkaSettings(cluster)
    var producer = try Producer(settings: settings)
    for number in 0..<100 { try producer.produce("\(number)", to: "t", 0) }
    try producer.flush(within: patience)
    cluster.setReachable(false)
    for number in 0..<100 { try producer.produce("\(number)", to: "t", 0) }
    cluster.setReachable(true)
    try producer.flush(within: patience)
    let ends = try Consumer(group: nil, settings: settings).watermarks([TopicPartition("t", 0)])
    #expect(ends == [Watermarks(low: 0, high: 200)])
  }
}
