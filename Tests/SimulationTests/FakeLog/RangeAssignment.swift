import KafkaClient

/// Kafka's `range` strategy: each topic is cut into as many ranges as there are members.
///
/// Members are sorted by their ids; the first ones get one partition more if it does not divide.
enum RangeAssignment {
  static func ranges(
    of members: [(id: String, topics: [String])],
    counts: (String) -> Int?
  ) -> [String: [TopicPartition]] {
    var given: [String: [TopicPartition]] = [:]
    let sorted = members.sorted { $0.id < $1.id }
    for topic in Set(members.flatMap(\.topics)).sorted() {
      let readers = sorted.filter { $0.topics.contains(topic) }.map(\.id)
      guard let count = counts(topic) else { continue }
      let (share, extra) = count.quotientAndRemainder(dividingBy: readers.count)
      var next = 0
      for (place, reader) in readers.enumerated() {
        let end = next + share + (place < extra ? 1 : 0)
        given[reader, default: []] += (next..<end).map { TopicPartition(topic, Int32($0)) }
        next = end
      }
    }
    return given
  }
}
