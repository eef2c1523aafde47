import KafkaClient
import TestSupport
import Testing

/// Consumer groups on the mock cluster: members in one process, polled in turn.
@Suite("Groups", .ownThreads)
struct GroupTests {
  private static func cluster(partitions: Int, records: Int = 0) throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: partitions)
    var producer = try Producer(settings: KafkaSettings(cluster))
    for number in 0..<records {
      try producer.produce("\(number)", to: "t", Int32(number % partitions))
    }
    try producer.flush(within: patience)
    return cluster
  }

  @Test func aSecondMemberTakesItsShareAndGivesItBack() throws {
    let cluster = try Self.cluster(partitions: 4, records: 40)
    let settings = try KafkaSettings(cluster, session: 4_000)
    var first = try Consumer(group: "g", settings: settings)
    try first.subscribe(to: ["t"])
    var records: [Record] = []
    var seen: [ConsumerEvent] = []
    try wait("the first assignment and all records") {
      seen += try first.take(into: &records)
      return records.count == 40
    }
    let all = TopicPartition.first(4, of: "t")
    #expect(seen.first == .assigned(all))
    try first.commit(all.map { CommittedOffset($0, offset: 10) })

    var second = try Consumer(group: "g", settings: settings)
    try second.subscribe(to: ["t"])
    (records, seen) = ([], [])
    var others: [Record] = []
    try wait("both members have their share") {
      seen += try first.take(into: &records)
      _ = try second.take(into: &others)
      return first.assignment.count == 2 && second.assignment.count == 2
    }
    #expect(seen.contains(.revoked(all)))
    #expect(Set(first.assignment + second.assignment) == Set(all))

    // Both read on from what was committed: the new records, each once.
    var producer = try Producer(settings: settings)
    for number in 0..<40 { try producer.produce("new \(number)", to: "t", Int32(number % 4)) }
    try producer.flush(within: patience)
    try wait("the new records") {
      _ = try first.take(into: &records)
      _ = try second.take(into: &others)
      return records.count + others.count >= 40
    }
    let places = (records + others).map { "\($0.place) \($0.offset)" }
    #expect(Set(places).count == 40 && places.count == 40)
    #expect((records + others).allSatisfy { $0.offset >= 10 })

    try second.close()
    try wait("the first member has all partitions again") {
      _ = try first.take(into: &records)
      return first.assignment == all
    }
    try first.close()
  }

  /// The session would hold the partitions for 45 s; leaving is what hands them over.
  ///
  /// The mock cluster is slow there, so the request itself is looked for.
  @Test func closingLeavesTheGroup() throws {
    let cluster = try Self.cluster(partitions: 2, records: 10)
    var settings = KafkaSettings(brokers: cluster.brokers)
    try settings.override("debug=protocol")
    let book = LogBook()
    var member = try Consumer(group: "g", settings: settings) { book.add($0) }
    try member.subscribe(to: ["t"])
    var records: [Record] = []
    try wait("all records") {
      _ = try member.take(into: &records)
      return records.count == 10
    }
    let time = try ContinuousClock().measure { try member.close() }
    #expect(time < .seconds(2))
    #expect(book.text.contains("Sent LeaveGroupRequest"))
    #expect(book.text.contains("Received LeaveGroupResponse"))
  }

  @Test func closingInMidRebalanceEnds() throws {
    let cluster = try Self.cluster(partitions: 2)
    let settings = try KafkaSettings(cluster)
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    var unanswered = try Consumer(group: "g", settings: settings)
    try unanswered.subscribe(to: ["t"])
    try wait("an assignment") {
      unanswered.read(into: &records, &events)
      return !events.isEmpty
    }
    let time = try ContinuousClock().measure { try unanswered.close() }
    #expect(time < .seconds(2))

    var joining = try Consumer(group: "other", settings: settings)
    try joining.subscribe(to: ["t"])
    joining.read(into: &records, &events)
    let another = try ContinuousClock().measure { try joining.close() }
    #expect(another < .seconds(5))
  }

  @Test func closingKeepsToItsLimit() throws {
    let cluster = try Self.cluster(partitions: 2)
    let settings = try KafkaSettings(cluster)
    let time = try ContinuousClock().measure {
      var records: [Record] = []
      var member = try Consumer(group: "g", settings: settings)
      try member.subscribe(to: ["t"])
      try wait("an assignment") {
        _ = try member.take(into: &records)
        return !member.assignment.isEmpty
      }
      cluster.setResponseTime(.seconds(60))
      #expect(throws: KafkaError.self) { try member.close(within: .milliseconds(500)) }
    }
    #expect(time < .seconds(10))
  }

  /// A member that stops polling is out after `max.poll.interval.ms`; it learns of it when it
  /// polls again, may not commit what it did meanwhile, and comes back.
  @Test func aMemberThatDoesNotPollLosesItsPartitions() throws {
    let cluster = try Self.cluster(partitions: 2)
    var settings = try KafkaSettings(cluster, session: 4_000)
    try settings.override("max.poll.interval.ms=4000")
    var slow = try Consumer(group: "g", settings: settings)
    try slow.subscribe(to: ["t"])
    var (records, events): ([Record], [ConsumerEvent]) = ([], [])
    try wait("an assignment") {
      _ = try slow.take(into: &records)
      return slow.assignment.count == 2
    }
    var other = try Consumer(group: "g", settings: settings)
    try other.subscribe(to: ["t"])
    try wait("the other member has all") {
      _ = try other.take(into: &records)
      return other.assignment.count == 2
    }
    let places = slow.assignment
    try wait("the loss") {
      slow.read(into: &records, &events)
      return events.contains(.lost(places))
    }
    let offset = CommittedOffset(places[0], offset: 1)
    let error = #expect(throws: KafkaError.self) { try slow.commit([offset]) }
    #expect(error?.code == .staleMember)
    try slow.unassign()
    #expect(
      events.contains {
        if case .failed(let error, _) = $0 { error.reason == "_MAX_POLL_EXCEEDED" } else { false }
      }
    )
    try other.close()
    try wait("an assignment again") {
      _ = try slow.take(into: &records)
      return slow.assignment.count == 2
    }
    try slow.close()
  }

  @Test(arguments: [0, 300, 3_000])
  func offsetsAndMetadataComeBack(bytes: Int) throws {
    let cluster = try Self.cluster(partitions: 3)
    let settings = try KafkaSettings(cluster)
    let metadata = String(String(repeating: "AbC=", count: 1_000).prefix(bytes))
    let places = TopicPartition.first(3, of: "t")
    let offset = CommittedOffset(places[1], offset: 7, metadata: metadata)
    let writer = try Consumer(group: "g", settings: settings)
    #expect(try writer.committed(places) == [nil, nil, nil])
    try writer.commit([offset])
    #expect(try writer.committed(places) == [nil, offset, nil])
    let reader = try Consumer(group: "g", settings: settings)
    #expect(try reader.committed(places) == [nil, offset, nil])
    let stranger = try Consumer(group: "h", settings: settings)
    #expect(try stranger.committed(places) == [nil, nil, nil])
  }

  @Test func aRefusedCommitSaysWhy() throws {
    let cluster = try Self.cluster(partitions: 1)
    let consumer = try Consumer(group: "g", settings: try KafkaSettings(cluster))
    let offset = CommittedOffset(TopicPartition("t", 0), offset: 1)
    // 22 is ILLEGAL_GENERATION, 12 OFFSET_METADATA_TOO_LARGE
    cluster.fail(.offsetCommit, with: [22])
    let stale = #expect(throws: KafkaError.self) { try consumer.commit([offset]) }
    #expect(stale?.code == .staleMember && stale?.reason == "ILLEGAL_GENERATION")
    cluster.fail(.offsetCommit, with: [12])
    let large = #expect(throws: KafkaError.self) { try consumer.commit([offset]) }
    #expect(large?.code == .tooLarge)
    try consumer.commit([offset])
  }

  @Test func commitsDoNotWaitForEver() throws {
    let cluster = try Self.cluster(partitions: 1)
    let consumer = try Consumer(group: "g", settings: try KafkaSettings(cluster))
    try consumer.commit([CommittedOffset(TopicPartition("t", 0), offset: 1)])
    cluster.setResponseTime(.seconds(60))
    let time = ContinuousClock().measure {
      let error = #expect(throws: KafkaError.self) {
        try consumer.commit(
          [CommittedOffset(TopicPartition("t", 0), offset: 2)],
          within: .milliseconds(300)
        )
      }
      #expect(error?.code == .timedOut)
    }
    #expect(time < .seconds(5))
  }
}
