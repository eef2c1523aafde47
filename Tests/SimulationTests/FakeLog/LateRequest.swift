import KafkaClient

/// A request that is still on its way.
struct LateRequest {
  enum Content {
    /// Of a transaction, given its number if it is for that one only.
    case end(ProducerIdentity, serial: Int?, commits: Bool)
    case plainCommit([CommittedOffset], group: String, MemberIdentity)
  }

  var due: Duration
  var content: Content
}
