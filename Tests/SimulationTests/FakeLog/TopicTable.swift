import KafkaClient

/// The topics of a broker.
final class TopicTable {
  /// Who gives records their times: `message.timestamp.type`.
  enum Timestamps: Hashable, Sendable { case producer, broker }

  private struct Topic {
    var partitions: [PartitionLog]
    var timestamps: Timestamps
  }

  private var topics: [String: Topic] = [:]

  /// The number of a topic's partitions; nil for a topic that does not exist.
  func count(of topic: String) -> Int? { topics[topic]?.partitions.count }

  func timestamps(of topic: String) -> Timestamps { topics[topic]?.timestamps ?? .producer }

  func partition(_ place: TopicPartition) -> PartitionLog? {
    guard let partitions = topics[place.topic]?.partitions else { return nil }
    let number = Int(place.partition)
    return partitions.indices.contains(number) ? partitions[number] : nil
  }

  func create(_ name: String, partitions: Int, timestamps: Timestamps) {
    precondition(topics[name] == nil, "there is a topic \(name)")
    let logs = (0..<partitions).map { _ in PartitionLog() }
    topics[name] = Topic(partitions: logs, timestamps: timestamps)
  }

  func delete(_ name: String) {
    precondition(topics[name] != nil, "there is no topic \(name)")
    topics[name] = nil
  }

  func grow(_ name: String, to count: Int) {
    let present = topics[name]?.partitions.count ?? 0
    precondition(count > present && present > 0, "\(name) cannot grow from \(present) to \(count)")
    topics[name]?.partitions += (present..<count).map { _ in PartitionLog() }
  }
}
