internal import KafkaClient

/// Records and offsets that become visible together, or are tried again until they are.
///
/// The content never changes from one try to the next. What an error means is decided here, once
/// for both stages: retriable, the same call again; abortable, a new transaction; fatal or unknown
/// outcome, a new producer, and then the committed offsets say whether it happened (never our
/// memory: a delayed commit may still be on its way). A member that the group has left behind drops
/// everything, as somebody else reads those records by now.
struct PendingCommit {
  /// What has become of it.
  enum Fate: Equatable {
    /// Records and offsets are visible.
    case committed
    /// Not known yet: advance again.
    case pending
    /// Dropped: another member owns the partitions.
    case dropped
  }

  /// What is to be done next.
  private enum Step: Equatable {
    case begin
    case produce(Int)
    case send
    case commit
    case abort
    case renew
    case decide
  }

  let records: [OutgoingRecord]
  let offsets: [CommittedOffset]
  /// Since when the transaction under way is open.
  private var begun = Duration.zero
  private var step = Step.begin
  private var isDropped = false
  /// What ends the stage as soon as the transaction is aborted.
  private var refusal: KafkaError?

  /// After so long without an end the broker has given the transaction up by itself; a producer
  /// that is fenced then was fenced by the broker's clock and not by another process.
  static let patience = Duration.seconds(15)

  init(records: [OutgoingRecord], offsets: [CommittedOffset]) {
    self.records = records
    self.offsets = offsets
  }

  /// A transaction that a call before it has left open: it only remains to be aborted.
  mutating func drop() {
    isDropped = true
    switch step {
    case .begin, .decide: step = .begin
    case .renew: break
    case .produce, .send, .commit, .abort: step = .abort
    }
  }

  /// Goes on as far as the log lets it, with at most one transaction.
  ///
  /// - Parameters:
  ///   - log: The stage's own.
  ///   - clock: The stage's own.
  ///   - note: Hears what an operator should know.
  /// - Returns: What has become of it.
  /// - Throws: `fenced` by another process of the same name, and what no repetition can mend.
  mutating func advance<Log: StageLog & ~Copyable>(
    _ log: inout Log,
    clock: StageClock,
    note: (String) -> Void
  ) throws(KafkaError) -> Fate {
    while true {
      if isDropped, step == .begin { return .dropped }
      let wasAborting = step == .abort
      do throws(KafkaError) {
        if try take(&log, clock.now()) { return isDropped ? .dropped : .committed }
      } catch {
        guard try resolve(error, clock.now(), note) else { return .pending }
        continue
      }
      guard wasAborting else { continue }
      if let refusal { throw refusal }
      // What was refused may be refused again: the stage has other things to look at in between.
      if !isDropped { return .pending }
    }
  }

  /// Takes the next step.
  ///
  /// - Returns: Whether that was the last one.
  private mutating func take<Log: StageLog & ~Copyable>(
    _ log: inout Log,
    _ now: Duration
  ) throws(KafkaError) -> Bool {
    switch step {
    case .begin:
      begun = now
      try log.begin()
      step = .produce(0)
    case .produce(let index):
      if index < records.count { try log.produce(records[index]) }
      step = index + 1 < records.count ? .produce(index + 1) : .send
    case .send:
      try log.send(offsets)
      step = .commit
    case .commit:
      try log.commit()
      return true
    case .abort:
      try log.abort()
      step = .begin
    case .renew:
      try log.renewProducer()
      step = .decide
    case .decide:
      let committed = try log.committed(offsets.map(\.partition))
      step = .begin
      return committed == offsets.map(Optional.some)
    }
    return false
  }

  /// Decides what an error asks for.
  ///
  /// - Returns: Whether to go on at once; otherwise later.
  private mutating func resolve(
    _ error: KafkaError,
    _ now: Duration,
    _ note: (String) -> Void
  ) throws(KafkaError) -> Bool {
    // It was tried: the broker ends what is left open.
    if let refusal { throw refusal }
    let isOld = now - begun >= Self.patience
    if error.code == .fenced, !isOld, step != .renew { throw error }
    if error.code == .staleMember, step != .abort, !error.isFatal {
      (isDropped, step) = (true, .abort)
      note("\(error.message); what was not committed is read again")
      return true
    }
    if Self.isForPeople(error) {
      guard !error.isFatal, hasBegun else { throw error }
      // Readers need not wait until the broker gives the transaction up.
      (refusal, step) = (error, .abort)
      return true
    }
    if step == .decide || step == .renew {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      return false
    }
    if error.isFatal {
      note(error.message)
      step = .renew
      return true
    }
    if error.requiresAbort, step != .abort {
      note(error.message)
      step = .abort
      return true
    }
    if error.isRetriable || error.code == .timedOut {
      guard isOld else { return false }
      note("\(error.message); going on with a new producer")
      step = .renew
      return true
    }
    // Nobody knows what the producer is in now.
    if step != .abort { note(error.message) }
    step = .renew
    return false
  }

  /// Whether there is a transaction to be aborted.
  private var hasBegun: Bool {
    switch step {
    case .produce, .send, .commit: true
    case .begin, .abort, .renew, .decide: false
    }
  }

  /// Whether trying again can help nobody before somebody has changed something.
  private static func isForPeople(_ error: KafkaError) -> Bool {
    if error.isRetriable { return false }
    let codes: [KafkaError.Code] = [
      .authentication, .unauthorized, .unknownTopic, .badSetting, .tooLarge, .unsupported,
    ]
    return codes.contains(error.code)
  }
}
