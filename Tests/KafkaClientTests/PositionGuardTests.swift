import Testing

@testable import KafkaClient

/// The guard by itself: every record once, in order, of assigned partitions only.
@Suite("The position guard")
struct PositionGuardTests {
  private func guarded() -> PositionGuard {
    var positions = PositionGuard()
    positions.add(topic: 1, partition: 3, from: 10)
    positions.add(topic: 0, partition: 0, from: nil)
    return positions
  }

  @Test func strangersAreStopped() {
    var positions = guarded()
    for (topic, partition) in [(1, 2), (1, 4), (0, 1), (2, 0), (-1, 0), (1, -1)] as [(Int, Int32)] {
      let found = positions.admit(topic: topic, partition: partition, offset: 10)
      #expect(found == PositionGuard.stranger, "\(topic) \(partition)")
    }
  }

  @Test func repeatsAreStoppedAndGapsPass() {
    var positions = guarded()
    let offsets: [Int64] = [9, 10, 10, 11, 15, 12, 15, 16]
    let passed = offsets.filter { positions.admit(topic: 1, partition: 3, offset: $0) == 0 }
    #expect(passed == [10, 11, 15, 16])
    #expect(positions.expected == [17, 0])
  }

  @Test func partitionsDoNotDisturbEachOther() {
    var positions = guarded()
    #expect(positions.admit(topic: 0, partition: 0, offset: 5) == 1)
    #expect(positions.admit(topic: 1, partition: 3, offset: 10) == 0)
    positions.removeAll()
    #expect(positions.admit(topic: 1, partition: 3, offset: 11) == PositionGuard.stranger)
    positions.add(topic: 1, partition: 3, from: 2)
    #expect(positions.admit(topic: 1, partition: 3, offset: 2) == 0)
  }
}
