import Foundation
import KafkaClient
import TestSupport
import Testing

/// Brokers and topics that are there, and those that are not.
@Suite("Clusters", .ownThreads)
struct ClusterTests {
  /// A loopback port that nobody listens on, or on which somebody listens who never answers.
  private final class Port {
    let socket: Int32
    private(set) var number: UInt16 = 0

    init(listening: Bool) throws {
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe bind(socket, pointer, size) == 0 && getsockname(socket, pointer, &size) == 0
        }
      }
      try #require(bound)
      number = UInt16(bigEndian: address.sin_port)
      if listening { try #require(listen(socket, 8) == 0) }
    }

    deinit { close(socket) }
  }

  @Test(arguments: [false, true])
  func aBrokerThatIsNotThereIsNamed(listening: Bool) throws {
    let port = try Port(listening: listening)
    let address = "127.0.0.1:\(port.number)"
    let book = LogBook()
    let admin = try Admin(settings: KafkaSettings(brokers: address)) { book.add($0) }
    var error: KafkaError?
    let time = ContinuousClock().measure {
      error = #expect(throws: KafkaError.self) { try admin.waitForBroker(within: .seconds(1)) }
    }
    #expect(error?.code == .brokerUnreachable && error?.isRetriable == true)
    #expect(error?.message.contains(address) == true)
    // What nobody explains may be a listener that wants TLS.
    let hint = "; if it expects TLS or SASL, set security.protocol"
    #expect(error?.message.hasSuffix(hint) == listening)
    if !listening { #expect(error?.message.contains("Connection refused") == true) }
    #expect(time > .milliseconds(900) && time < .seconds(5))
  }

  @Test func whoSaysHowToSpeakNeedsNoHint() throws {
    var settings = KafkaSettings(brokers: "127.0.0.1:\(try Port(listening: true).number)")
    try settings.override("security.protocol=plaintext")
    let admin = try Admin(settings: settings)
    let error = #expect(throws: KafkaError.self) {
      try admin.waitForBroker(within: .milliseconds(100))
    }
    #expect(error?.message.contains("security.protocol") == false)
  }

  @Test func aHostThatDoesNotExistIsNamed() throws {
    let admin = try Admin(settings: KafkaSettings(brokers: "no-such-host.invalid:9092"))
    let error = #expect(throws: KafkaError.self) { try admin.waitForBroker(within: .seconds(1)) }
    #expect(error?.message.contains("no-such-host.invalid:9092") == true)
    #expect(error?.code == .brokerUnreachable)
  }

  @Test func aBrokerThatComesLaterIsWaitedFor() throws {
    let cluster = try MockCluster()
    cluster.setReachable(false)
    let admin = try Admin(settings: KafkaSettings(brokers: cluster.brokers))
    #expect(throws: KafkaError.self) { try admin.waitForBroker(within: .milliseconds(300)) }
    cluster.setReachable(true)
    try admin.waitForBroker(within: patience)
  }

  @Test func topicsAreDescribedAndNotCreated() throws {
    let cluster = try MockCluster(size: 3)
    try cluster.createTopic("three", partitions: 3)
    let settings = KafkaSettings(brokers: cluster.brokers)
    let admin = try Admin(settings: settings)
    for _ in 0..<2 {
      let found = try admin.describe(["missing", "three"])
      #expect(found.map { $0?.partitions } == [nil, 3])
      // Whatever it was created with: the mock cluster replicates three times if it can.
      #expect(found.last??.replication == 3)
    }
    let consumer = try Consumer(group: "g", settings: settings)
    #expect(try consumer.describe(["missing"]) == [nil])
  }

  /// What the mock cluster does where a real one would not: it cannot be told otherwise.
  @Test func theMockClusterCreatesWhateverIsNamed() throws {
    let cluster = try MockCluster()
    let settings = KafkaSettings(brokers: cluster.brokers)
    let admin = try Admin(settings: settings)
    var producer = try Producer(settings: settings)
    try producer.produce("x", to: "produced", 0)
    try producer.flush(within: patience)
    #expect(try admin.describe(["produced"]).map { $0?.partitions } == [4])

    var consumer = try Consumer(group: "g", settings: settings)
    try consumer.subscribe(to: ["subscribed"])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("the topic") {
      consumer.read(into: &records, &events)
      return try admin.describe(["subscribed"]) != [nil]
    }
    try consumer.close()
  }

  /// The mock cluster names a controller that does not exist, and only that one may create.
  @Test func theMockClusterCannotBeAskedToCreate() throws {
    let cluster = try MockCluster()
    let admin = try Admin(settings: KafkaSettings(brokers: cluster.brokers))
    try admin.waitForBroker()
    let topic = NewTopic("t", partitions: 1, replication: 1)
    let time = ContinuousClock().measure {
      let error = #expect(throws: KafkaError.self) {
        try admin.create([topic], within: .milliseconds(500))
      }
      #expect(error?.code == .timedOut && error?.message.contains("controller") == true)
    }
    #expect(time < .seconds(3))
    let wrong = #expect(throws: KafkaError.self) {
      try admin.create([NewTopic("t", partitions: 1_000_000)])
    }
    #expect(wrong?.message.contains("cannot create topic t: num_partitions") == true)
  }

  /// Not after a time: the cluster itself says that it does not know the request.
  @Test func theMockClusterCannotBeAskedForConfigurations() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    let admin = try Admin(settings: KafkaSettings(brokers: cluster.brokers))
    #expect(try admin.configuration(of: []) == [])
    let time = ContinuousClock().measure {
      let error = #expect(throws: KafkaError.self) {
        try admin.configuration(of: ["t"], within: patience)
      }
      #expect(error?.code == .unsupported && error?.isRetriable == false)
    }
    #expect(time < .seconds(5))
    cluster.setReachable(false)
    let gone = try Admin(settings: KafkaSettings(brokers: cluster.brokers))
    let error = #expect(throws: KafkaError.self) {
      try gone.configuration(of: ["t"], within: .milliseconds(300))
    }
    #expect(error?.isRetriable == true)
  }

  @Test func unknownPartitionsAreErrors() throws {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 1)
    let settings = KafkaSettings(brokers: cluster.brokers)
    let consumer = try Consumer(group: nil, settings: settings)
    let error = #expect(throws: KafkaError.self) {
      try consumer.watermarks([TopicPartition("t", 5)], within: .seconds(2))
    }
    #expect(error?.code == .unknownTopic)
  }
}
