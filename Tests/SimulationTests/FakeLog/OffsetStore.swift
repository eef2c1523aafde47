import KafkaClient

/// What a group has committed, and what transactions hold back.
struct OffsetStore {
  private struct Stored {
    var offset: CommittedOffset
    /// The place in the log of commits: of two, the later one counts, whenever it is decided.
    var serial: Int
  }

  private var decided: [TopicPartition: Stored] = [:]
  private var pending: [Int64: [TopicPartition: Stored]] = [:]
  private var nextSerial = 0

  /// What is committed, by partition.
  var committed: [TopicPartition: CommittedOffset] { decided.mapValues(\.offset) }

  /// Whether an open transaction holds an offset of the partition.
  func isUnstable(_ partition: TopicPartition) -> Bool {
    pending.values.contains { $0[partition] != nil }
  }

  subscript(partition: TopicPartition) -> CommittedOffset? { decided[partition]?.offset }

  /// Commits at once.
  mutating func commit(_ offsets: [CommittedOffset]) {
    for offset in offsets { decided[offset.partition] = stored(offset) }
  }

  /// Keeps offsets until the producer's transaction is decided.
  mutating func hold(_ offsets: [CommittedOffset], for producer: Int64) {
    for offset in offsets { pending[producer, default: [:]][offset.partition] = stored(offset) }
  }

  /// Decides what a producer's transaction holds.
  mutating func decide(_ producer: Int64, commits: Bool) {
    guard let held = pending.removeValue(forKey: producer), commits else { return }
    for (partition, stored) in held {
      if let other = decided[partition], other.serial > stored.serial { continue }
      decided[partition] = stored
    }
  }

  /// Forgets the offsets of a topic that was deleted, as the coordinator does.
  mutating func forget(_ topic: String) {
    decided = decided.filter { $0.key.topic != topic }
    for producer in pending.keys {
      pending[producer] = pending[producer]?.filter { $0.key.topic != topic }
    }
  }

  private mutating func stored(_ offset: CommittedOffset) -> Stored {
    nextSerial += 1
    return Stored(offset: offset, serial: nextSerial)
  }
}
