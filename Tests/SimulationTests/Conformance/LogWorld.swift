import KafkaClient
import Testing

/// A Kafka that scenarios can be played in: the model, or real brokers.
///
/// Each scenario makes a world of its own. Names of topics, groups and producers are those of the
/// scenario; what a world makes of them, so that its brokers do not know them, is its own affair.
protocol LogWorld: AnyObject {
  /// After how much time without heartbeats a member is put out.
  var sessionTimeout: Duration { get }
  /// After how much time without a poll a member is put out.
  var maxPollInterval: Duration { get }
  /// After how much time the coordinator aborts a transaction.
  var transactionTimeout: Duration { get }

  /// Makes a topic that keeps everything, and says its real name.
  func createTopic(_ name: String, partitions: Int, timestamps: TopicTable.Timestamps) throws
    -> String
  /// How long something may take that must happen.
  var patience: Duration { get }
  /// Writes a record as producers upstream do, and waits until it is there.
  func append(_ record: UpstreamRecord, to partition: TopicPartition) throws

  /// A process with one stage's log; a process of the same producer's name may be there already.
  func member(
    group: String,
    topics: [String],
    producer: String,
    delivery: FakeBroker.Delivery
  ) throws -> Member

  /// Time since the beginning of this world, or of another.
  var now: Duration { get }
  /// Lets time pass.
  func pass(_ time: Duration) throws

  /// Commits offsets of a group without being in it: in a transaction of its own, or plainly.
  func commitAsNobody(_ offsets: [CommittedOffset], group: String, inTransaction: Bool) throws

  // MARK: What operators do, to topics by their real names

  /// Adds partitions to a topic.
  func addPartitions(_ topic: String, to count: Int) throws
  /// Deletes what stands before an offset.
  func truncate(_ partition: TopicPartition, before offset: Int64) throws
  /// Deletes a topic.
  func deleteTopic(_ topic: String) throws
  /// Makes a topic anew that was deleted.
  func createAgain(_ topic: String, partitions: Int) throws
  /// Makes a topic of which only each key's last record is kept, and says its real name.
  func createCompactedTopic(_ name: String) throws -> String
  /// Lets the cleaner come, now or soon; may add records of keys of their own, with the value
  /// `filler`.
  func compact(_ topic: String) throws

  // MARK: What goes wrong, in worlds of `World.faulty`

  /// After how much time something arrives that is late.
  var lateness: Duration { get }
  /// Kills a process: it never says anything again, not even that it goes.
  func kill(_ member: Member)
  /// Cuts a process's connections for a time.
  func disconnect(_ member: Member, for time: Duration)
  /// Makes the next call of a kind go wrong: its request, or the answer, is lost or late.
  func once(_ operation: Call.Operation, of member: Member, _ fault: Fault)
}

/// A world whose scenarios may also speak to brokers without the care of our client.
protocol LooseWorld: LogWorld {
  /// Commits offsets of a group in a transaction of their own, in whatever name.
  func commitLoosely(
    _ offsets: [CommittedOffset],
    group: String,
    as identity: LooseIdentity
  ) throws(KafkaError)
}

/// In whose name offsets are sent.
enum LooseIdentity {
  /// As a member that is in the group.
  case member(Member)
  /// As a member was, a generation ago.
  case formerly(Member)
}

/// Something that must happen did not.
struct Overdue: Error, CustomStringConvertible {
  let description: String
}

extension LogWorld {
  /// Lets time pass until something holds.
  ///
  /// - Throws: `Overdue` when patience ends.
  func wait(until what: String, _ holds: () throws -> Bool) throws {
    let end = now + patience
    while now < end {
      if try holds() { return }
      try pass(.milliseconds(100))
    }
    throw Overdue(description: what)
  }

  /// Lets members take turns until something holds.
  func wait(until what: String, turning members: [Member], _ holds: () throws -> Bool) throws {
    try wait(until: what) {
      for member in members { try member.turn() }
      return try holds()
    }
  }

  /// Lets time pass while some members go on and others do not.
  func pass(_ time: Duration, turning members: [Member]) throws {
    let end = now + time
    while now < end {
      for member in members { try member.turn() }
      try pass(.milliseconds(100))
    }
  }
}
