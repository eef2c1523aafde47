/// Lets through only records that the consumer is due to read next.
///
/// With librdkafka's batch call a record of a partition that was taken away, or one that was read
/// already, can still come out of the queue (streaming.md 3.3). Each partition's records are let
/// through once and in order; gaps are normal, as compaction and transactions leave them.
struct PositionGuard {
  /// Position in the assignment by topic index and partition; -1 where not assigned.
  private var slots: [[Int32]] = []
  /// Per slot, the lowest offset that may come.
  private(set) var expected: [Int64] = []

  /// Partitions not assigned.
  static let stranger = -1
  /// Records that were seen before.
  static let repeated = -2

  /// Forgets the assignment: nothing passes.
  mutating func removeAll() {
    slots.removeAll(keepingCapacity: true)
    expected.removeAll(keepingCapacity: true)
  }

  /// Admits a partition; its slot is the number of partitions admitted before.
  mutating func add(topic: Int, partition: Int32, from offset: Int64?) {
    precondition(topic >= 0 && partition >= 0, "no such partition: \(topic) \(partition)")
    while slots.count <= topic { slots.append([]) }
    let missing = Int(partition) + 1 - slots[topic].count
    if missing > 0 { slots[topic].append(contentsOf: repeatElement(-1, count: missing)) }
    precondition(slots[topic][Int(partition)] < 0, "assigned twice: \(topic) \(partition)")
    slots[topic][Int(partition)] = Int32(expected.count)
    expected.append(offset ?? 0)
  }

  /// The slot of a partition, or `stranger`.
  func slot(topic: Int, partition: Int32) -> Int {
    guard slots.indices.contains(topic), slots[topic].indices.contains(Int(partition)) else {
      return Self.stranger
    }
    return Int(slots[topic][Int(partition)])
  }

  /// The record's slot if it may pass, else why not, below 0.
  mutating func admit(topic: Int, partition: Int32, offset: Int64) -> Int {
    let slot = slot(topic: topic, partition: partition)
    guard slot >= 0 else { return Self.stranger }
    guard offset >= expected[slot] else { return Self.repeated }
    expected[slot] = offset + 1
    return slot
  }
}
