import KafkaClient

/// What most scenarios begin with: a source, an output, a group, and somebody who looks on.
final class Scene {
  let world: any LogWorld
  let source: String
  let output: String
  /// In no group's business; looks at what is committed.
  let observer: Member

  static let group = "stage"

  convenience init(
    _ world: World,
    sources: Int = 1,
    outputs: Int = 1,
    timestamps: TopicTable.Timestamps = .producer
  ) throws {
    try self.init(in: world.make(), sources: sources, outputs: outputs, timestamps: timestamps)
  }

  init(
    in world: any LogWorld,
    sources: Int = 1,
    outputs: Int = 1,
    timestamps: TopicTable.Timestamps = .producer
  ) throws {
    self.world = world
    source = try world.createTopic("source", partitions: sources, timestamps: timestamps)
    output = try world.createTopic("output", partitions: outputs, timestamps: .producer)
    observer = try world.member(
      group: "observers",
      topics: [source],
      producer: "observer",
      delivery: .exactlyOnce
    )
  }

  /// A partition of the source.
  func input(_ partition: Int32 = 0) -> TopicPartition { TopicPartition(source, partition) }

  /// A partition of the output.
  func result(_ partition: Int32 = 0) -> TopicPartition { TopicPartition(output, partition) }

  /// A process that has not polled yet.
  func member(
    _ producer: String = "a",
    delivery: FakeBroker.Delivery = .exactlyOnce
  ) throws -> Member {
    try world.member(
      group: Self.group,
      topics: [source],
      producer: producer,
      delivery: delivery
    )
  }

  /// A process that has an assignment; others take turns meanwhile.
  func joined(
    _ producer: String = "a",
    delivery: FakeBroker.Delivery = .exactlyOnce,
    others: [Member] = []
  ) throws -> Member {
    let member = try member(producer, delivery: delivery)
    let everybody = others + [member]
    try world.wait(until: "\(producer) has joined", turning: everybody) {
      everybody.allSatisfy { $0.owned != nil }
    }
    return member
  }

  /// Records upstream.
  func append(_ texts: String?..., to partition: Int32 = 0) throws {
    for text in texts {
      let record = UpstreamRecord(
        key: text.map { Array($0.utf8) },
        value: text.map { Array($0.utf8) },
        timestamp: 1_700_000_000_000
      )
      try world.append(record, to: input(partition))
    }
  }

  /// A record at the end of the output, of nobody's transaction.
  func end(of partition: Int32) throws {
    let text = Array("end".utf8)
    let record = UpstreamRecord(key: text, value: text, timestamp: 1_700_000_000_000)
    try world.append(record, to: result(partition))
  }

  /// An offset of the source.
  func offset(_ offset: Int64, _ partition: Int32 = 0, metadata: String = "") -> CommittedOffset {
    CommittedOffset(input(partition), offset: offset, metadata: metadata)
  }

  /// What is decided of the output by now, up to the first undecided record.
  func results(_ partition: Int32 = 0) throws -> [String?] {
    let place = result(partition)
    let end = try observer.watermarks(place)?.high
    return try observer.scan(place, to: end).map(\.value)
  }

  /// Waits until the output is what it should be.
  func waitForResults(_ expected: [String?], _ partition: Int32 = 0) throws {
    try world.wait(until: "the output is \(expected)") { try results(partition) == expected }
  }

  /// What the group has committed, once nothing is open.
  func committed(by member: Member, _ partition: Int32 = 0) throws -> CommittedOffset? {
    var found: [CommittedOffset?] = []
    try world.wait(until: "committed offsets are stable") {
      do { found = try member.committed([input(partition)]) } catch let error as KafkaError {
        guard error.isRetriable else { throw error }
      }
      return !found.isEmpty
    }
    return found.first ?? nil
  }
}

/// What a call threw, if anything.
func failure(_ call: () throws -> Void) throws -> KafkaError? {
  do { try call() } catch let error as KafkaError { return error }
  return nil
}
