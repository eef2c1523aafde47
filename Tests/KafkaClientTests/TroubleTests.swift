import KafkaClient
import TestSupport
import Testing

/// What passes, what does not, and what settings can mend.
@Suite("Trouble", .ownThreads)
struct TroubleTests {
  private static func cluster() throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    return cluster
  }

  @Test func nobodyIsAskedForTheTimesOfNoPartitions() throws {
    let cluster = try Self.cluster()
    let reader = try Consumer(group: nil, settings: try KafkaSettings(cluster))
    #expect(try reader.offsets(of: [], at: 1_600_000_000_000) == [])
  }

  @Test func aRecordOfAWideWindowIsTakenAndALargerOneNamesTheSettings() throws {
    let cluster = try Self.cluster()
    var producer = try Producer(settings: try KafkaSettings(cluster))
    let wide = [UInt8](repeating: 1, count: 4_000_000)
    try producer.produce(to: "t", partition: 0, key: nil, payload: wide.span)
    let large = [UInt8](repeating: 1, count: 8_000_001)
    let error = #expect(throws: KafkaError.self) {
      try producer.produce(to: "t", partition: 0, key: nil, payload: large.span)
    }
    #expect(error?.code == .tooLarge)
    #expect(
      error?.message == "cannot produce to t: Broker: Message size too large "
        + "(MSG_SIZE_TOO_LARGE); raise max.message.bytes of the topic, and -X message.max.bytes"
    )
  }

  @Test func aScanThatIsGivenUpEnds() throws {
    let cluster = try Self.cluster()
    let settings = try KafkaSettings(cluster)
    var looks = 0
    let error = #expect(throws: KafkaError.self) {
      try LogScan.read(
        TopicPartition("t", 0),
        from: 0,
        to: 9,
        settings: settings,
        unless: {
          looks += 1
          return looks == 2
        }
      ) { _, _, _ in }
    }
    #expect(error?.code == .timedOut && error?.isRetriable == true)
    #expect(error?.message == "gave up reading t[0] at 0 of 9")
  }

  /// 9 is REPLICA_NOT_AVAILABLE, 78 OFFSET_NOT_AVAILABLE: what brokers say that come up.
  @Test(arguments: [Int32(9), 78])
  func whatBrokersSayThatComeUpPasses(code: Int32) throws {
    let cluster = try Self.cluster()
    let settings = try KafkaSettings(cluster)
    let consumer = try Consumer(group: "g", settings: settings)
    cluster.fail(.offsetCommit, with: [code])
    let error = #expect(throws: KafkaError.self) {
      try consumer.commit([CommittedOffset(TopicPartition("t", 0), offset: 1)])
    }
    #expect(error?.isRetriable == true, "\(error?.message ?? "")")
  }
}
