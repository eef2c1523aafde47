internal import CRDKafka

/// Transactions: records and a group's offsets that become visible together or not at all.
///
/// `initTransactions` once; then `beginTransaction`, `produce`, `sendOffsets` and
/// `commitTransaction`, again and again. What an error asks for:
///
/// - `isRetriable`: the same call again, with the same arguments. After `initTransactions`,
///   `commitTransaction` or `abortTransaction` it takes up what goes on in the background; until it
///   has ended, no other of these calls is accepted (`_CONFLICT`).
/// - `requiresAbort`: `abortTransaction`, then all of it anew from the committed offsets.
/// - Anything else, `isFatal` above all: this producer is of no further use. Whether a commit
///   that was under way took place is told by the committed offsets, once a new producer of the
///   same id has returned from `initTransactions`.
extension Producer {
  /// A producer of transactions.
  ///
  /// Does not wait for a broker: `initTransactions` does.
  ///
  /// - Parameters:
  ///   - settings: Brokers and the user's properties.
  ///   - transactionalID: A name that outlives the process: who takes it next ends what this one
  ///     leaves open, and fences it.
  ///   - timeout: How long a transaction may take before the brokers abort it, and after that
  ///     fence the producer (librdkafka 2.0.2 cannot tell this from another producer of the same
  ///     id). As long, at worst, do readers wait for a transaction whose producer is gone. At
  ///     least a second.
  ///   - patience: How long `produce` waits for room in the queue.
  ///   - log: Takes librdkafka's log lines, during calls of this producer only.
  /// - Throws: `badSetting` when the settings contradict each other: a user's `message.timeout.ms`
  ///   or `socket.timeout.ms` must not exceed the timeout.
  public init(
    settings: KafkaSettings,
    transactionalID: String,
    timeout: Duration = .seconds(30),
    patience: Duration = .seconds(60),
    log: @escaping (LogLine) -> Void = { _ in }
  ) throws(KafkaError) {
    let kind = KafkaSettings.Handle.transactional(id: transactionalID, timeout: timeout)
    try self.init(settings.properties(for: kind), patience: patience, log: log)
  }

  /// Takes the transactional id over: fences its earlier producer and ends what that left open.
  ///
  /// - Throws: `timedOut`, and whatever else is retriable, while no coordinator answers or an
  ///   earlier transaction is being ended; `fenced`, `unauthorized`, `badSetting` for a timeout
  ///   that the brokers do not allow, all three fatal.
  public mutating func initTransactions(within limit: Duration = .seconds(30)) throws(KafkaError) {
    unsafe try settle(
      rd_kafka_init_transactions(handle.pointer, limit.milliseconds),
      "cannot begin to use transactions"
    )
  }

  /// Begins a transaction; what is produced until its end belongs to it.
  ///
  /// - Throws: `other` with the reason `_STATE` when another is open; `fenced` and other fatal
  ///   errors.
  public mutating func beginTransaction() throws(KafkaError) {
    let attempt = "cannot begin a transaction"
    unsafe try settle(rd_kafka_begin_transaction(handle.pointer), attempt)
    _ = takeFailure()
    // After a call that was taken up again, 2.0.2 may hold an answer left over, a success, and give
    // it to the next call without doing what that asks for. So the first call takes it, and the
    // second one begins; or else complains that a transaction is open, as it should be.
    do throws(KafkaError) {
      unsafe try settle(rd_kafka_begin_transaction(handle.pointer), attempt)
    } catch {
      guard error.reason == "_STATE", error.message.contains("InTransaction") else { throw error }
    }
  }

  /// Commits offsets of the consumer's group as part of the transaction.
  ///
  /// The broker checks only that the consumer is a member of the group's present generation: so
  /// the consumer is asked at this moment what it is, and offsets that are not its own to commit
  /// are refused here.
  ///
  /// - Parameters:
  ///   - offsets: Offsets of partitions in the consumer's `assignment`.
  ///   - consumer: The live member that read up to these offsets.
  ///   - limit: At most the transaction's timeout. A coordinator that takes the request and then
  ///     is silent holds the call up for `socket.timeout.ms` (a third of the transaction's timeout)
  ///     in each of its two steps.
  /// - Throws: `staleMember` with `requiresAbort` when the group has moved on, or the consumer is
  ///   no member or was not given one of the partitions; `timedOut`, `fenced`, `tooLarge`.
  public mutating func sendOffsets(
    _ offsets: [CommittedOffset],
    of consumer: borrowing Consumer,
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    try sendOffsets(offsets, as: consumer.member(for: offsets), within: limit)
  }

  /// The same for a member as it was when it was asked.
  mutating func sendOffsets(
    _ offsets: [CommittedOffset],
    as member: borrowing GroupMetadata,
    within limit: Duration
  ) throws(KafkaError) {
    let list = PartitionList(offsets: offsets)
    unsafe try settle(
      rd_kafka_send_offsets_to_transaction(
        handle.pointer,
        list.pointer,
        member.pointer,
        limit.milliseconds
      ),
      "cannot commit offsets in the transaction"
    )
  }

  /// Waits until every record is confirmed, and commits.
  ///
  /// A transaction of which a record was given up is never committed.
  ///
  /// - Parameter limit: Less than a second counts as one: with its threads held up for longer than
  ///   the limit, 2.0.2 takes an answer to one of its steps for that to another.
  /// - Throws: `timedOut`, retriable, when it is not known yet whether it will be committed: call
  ///   again, or give up this producer; `notDelivered`, or what the first record was refused with,
  ///   with `requiresAbort`; `fenced` and other fatal errors.
  public mutating func commitTransaction(within limit: Duration = .seconds(30)) throws(KafkaError) {
    try commit(within: max(limit, Self.shortestLimit))
  }

  /// The same for any limit.
  mutating func commit(within limit: Duration) throws(KafkaError) {
    do throws(KafkaError) {
      unsafe try settle(
        rd_kafka_commit_transaction(handle.pointer, limit.milliseconds),
        "cannot commit the transaction"
      )
    } catch {
      guard error.requiresAbort, var cause = takeFailure() else { throw error }
      cause.message = "cannot commit the transaction: \(cause.message)"
      (cause.isRetriable, cause.isFatal, cause.requiresAbort) = (false, false, true)
      throw cause
    }
  }

  /// Takes everything back that belongs to the transaction.
  ///
  /// Records on their way are first waited for, half the limit at most.
  ///
  /// - Parameter limit: Less than a second counts as one.
  /// - Throws: `timedOut`, retriable: call again; `fenced` and other fatal errors.
  public mutating func abortTransaction(within limit: Duration = .seconds(30)) throws(KafkaError) {
    let limit = max(limit, Self.shortestLimit)
    let deadline = Deadline(limit)
    // An abort that is faster than the registration of its partitions finds no transaction at the
    // coordinator (INVALID_TXN_STATE), which is fatal in 2.0.2. Only records whose partition is
    // registered are sent, so that none is left to be registered once all are.
    unsafe rd_kafka_flush(handle.pointer, (limit / 2).milliseconds)
    unsafe try settle(
      rd_kafka_abort_transaction(handle.pointer, deadline.remaining.milliseconds),
      "cannot abort the transaction"
    )
    _ = takeFailure()
  }

  private static let shortestLimit = Duration.seconds(1)

  /// Takes what came of one of librdkafka's calls, failed deliveries included.
  private mutating func settle(_ object: OpaquePointer?, _ attempt: String) throws(KafkaError) {
    var error = unsafe KafkaError.take(object, attempt)
    look(waiting: .zero)
    // Once there is a fatal error, 2.0.2 may answer the next call with a success left over.
    if let fatal = handle.fatalError { throw fatal }
    // Librdkafka calls it retriable; but it is the other call, still open, that is to be repeated.
    if error?.reason == "_CONFLICT" { error?.isRetriable = false }
    if let error { throw error }
  }
}
