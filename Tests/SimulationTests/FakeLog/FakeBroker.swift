import KafkaClient
import TestSupport

/// A deterministic model of Kafka, and of librdkafka 2.0.2 as far as a `StageLog` shows it.
///
/// One thread, no real clock: time passes by `advance(by:)` only. What the model promises is what
/// the scenarios in `Conformance` check, of this model and of real brokers alike. What happens
/// depends on the calls, the seeds of the clients and the answers of `fault`, on nothing else.
final class FakeBroker {
  /// What operators and clients configure.
  struct Settings: Sendable {
    var sessionTimeout = Duration.seconds(45)
    var maxPollInterval = Duration.seconds(300)
    var rebalanceTimeout = Duration.seconds(300)
    var transactionTimeout = Duration.seconds(15)
    /// `offset.metadata.max.bytes`.
    var metadataLimit = 4_096
    /// `message.max.bytes`.
    var recordLimit = 1_000_000
    /// Whether brokers ask the coordinator before they take records (KIP-890, Kafka 3.6).
    var verifiesTransactions = true
    /// What the wall clock shows in the beginning: milliseconds since 1970.
    var wallStart: Int64 = 1_700_000_000_000
  }

  /// How a client writes.
  enum Delivery: Hashable, Sendable {
    /// In transactions.
    case exactlyOnce
    /// At once, with a plain commit of the offsets behind the records.
    case atLeastOnce
  }

  let settings: Settings
  let clock: VirtualClock
  let topics = TopicTable()
  let groups: GroupTable
  let coordinator: TransactionCoordinator
  /// All clients that ever were, by their numbers.
  var sessions: [ClientSession] = []
  /// Milliseconds for which every topic keeps its records, or why nobody says it.
  var retention = Result<Int64?, KafkaError>.success(FakeBroker.day)
  /// In milliseconds.
  static var day: Int64 { 86_400_000 }
  var lateRequests: [LateRequest] = []
  /// Asked at each call of a living, connected client; nil for a call that goes well.
  var fault: ((Call) -> Fault?)?

  init(_ settings: Settings = Settings()) {
    self.settings = settings
    let (clock, topics) = (VirtualClock(wallStart: settings.wallStart), topics)
    self.clock = clock
    groups = GroupTable {
      ConsumerGroup(
        $0,
        clock: clock,
        topics: topics,
        rebalanceTimeout: settings.rebalanceTimeout
      )
    }
    coordinator = TransactionCoordinator(clock: clock, topics: topics, groups: groups)
  }

  /// Time since the beginning.
  var now: Duration { clock.now }

  /// A process with a member of a group and a producer.
  ///
  /// The producer is made at once, where our real client makes it in its first `poll`: its name's
  /// next epoch begins here, and what the last one left open is aborted. The member joins the group
  /// at its first `poll`. When the client is let go it leaves the group, unless it was killed
  /// before; a transaction it has open stays open.
  ///
  /// - Parameters:
  ///   - group: The consumer group.
  ///   - topics: The topics it subscribes to; they need not exist.
  ///   - transactionalID: The producer's name.
  ///   - delivery: How it writes.
  ///   - batchLimit: The largest number of records of one `poll`.
  ///   - seed: Decides its member id, and how records of several partitions are mixed.
  /// - Returns: The client; its `number` names it in `fault`, `kill` and the like.
  func client(
    group: String,
    topics: [String],
    transactionalID: String,
    delivery: Delivery = .exactlyOnce,
    batchLimit: Int = 500,
    seed: UInt64 = 0
  ) -> FakeClient {
    let session = ClientSession(
      number: sessions.count,
      broker: self,
      membership: Membership(group: groups[group], topics: topics),
      producer: ProducerSide(name: transactionalID, delivery: delivery),
      batchLimit: batchLimit,
      seed: seed
    )
    sessions.append(session)
    session.initialiseProducer()
    return FakeClient(session, of: self)
  }
}
