import KafkaClient

/// In whose name offsets are committed.
struct MemberIdentity: Hashable, Sendable {
  var id: String
  var generation: Int32

  /// Nobody: what `rd_kafka_consumer_group_metadata_new` and a consumer before joining say.
  static let none = MemberIdentity(id: "", generation: -1)
}

extension ConsumerGroup {
  /// Whether the broker takes offsets of a member: it looks at ids and generations, never at who
  /// owns what.
  ///
  /// Source: `ClassicGroup.validateOffsetCommit`. Nobody's offsets are always taken in
  /// transactions, and while a generation is completed only plain commits have to wait.
  func check(_ member: MemberIdentity, isTransactional: Bool) throws(KafkaError) {
    if member.generation < 0, phase == .empty { return }
    if member.generation >= 0 || !member.id.isEmpty {
      guard self.member(member.id) != nil else { throw .stale("UNKNOWN_MEMBER_ID") }
      guard member.generation == generation else { throw .stale("ILLEGAL_GENERATION") }
    } else if !isTransactional, phase != .empty {
      throw .stale("UNKNOWN_MEMBER_ID")
    }
    if !isTransactional, phase == .completing { throw .stale("REBALANCE_IN_PROGRESS") }
  }
}
