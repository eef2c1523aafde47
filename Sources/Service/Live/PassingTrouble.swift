internal import KafkaClient

/// Partitions that the brokers do not know at the moment.
///
/// A broker that comes up says so of what is there: an absence is one to try again, until it has
/// lasted.
final class Absences {
  private var since: [[TopicPartition]: ContinuousClock.Instant] = [:]

  /// Passes a question on; what it fails with is retriable while it may pass.
  ///
  /// - Parameters:
  ///   - partitions: Those asked about.
  ///   - limit: How long an absence may last.
  ///   - question: Asks.
  /// - Returns: The answer.
  /// - Throws: What the question fails with.
  func pass<Answer>(
    _ partitions: [TopicPartition],
    _ limit: Duration,
    _ question: () throws(KafkaError) -> Answer
  ) throws(KafkaError) -> Answer {
    do throws(KafkaError) {
      let answer = try question()
      since[partitions] = nil
      return answer
    } catch {
      guard error.code == .unknownTopic else { throw error }
      var error = error
      let start = since[partitions] ?? .now
      since[partitions] = start
      error.isRetriable = ContinuousClock.now - start < limit
      throw error
    }
  }
}

/// Rights that the brokers refuse a consumer.
///
/// Librdkafka says so and tries on: whoever may not read would otherwise wait for ever, and look as
/// if there were nothing to read.
struct Refusals {
  private struct Refusal {
    let error: KafkaError
    let since: ContinuousClock.Instant
  }

  /// By what is not to be read; nil for the group, or a broker as a whole.
  private var standing: [TopicPartition?: Refusal] = [:]

  /// Something came: the partition can be read, and so the group and the brokers let us.
  mutating func end(of partition: TopicPartition) {
    standing[partition] = nil
    standing[nil] = nil
  }

  /// Takes in what happened to a consumer.
  ///
  /// A refusal of a right is told once; one of credentials with every connection, and as one broker
  /// may be late to learn them, it has to be told again.
  ///
  /// - Parameters:
  ///   - events: What happened.
  ///   - limit: How long a refusal may stand.
  /// - Returns: The same, and before it the fatal error, if a refusal has stood for too long.
  mutating func judge(_ events: [ConsumerEvent], _ limit: Duration) -> [ConsumerEvent] {
    let now = ContinuousClock.now
    var final: KafkaError?
    for event in events {
      switch event {
      case .failed(let error, let place):
        guard error.code == .unauthorized || error.code == .authentication else { continue }
        let refusal = standing[place] ?? Refusal(error: error, since: now)
        standing[place] = refusal
        if now - refusal.since >= limit { final = error }
      case .reachedEnd(let partition, _): end(of: partition)
      case .assigned, .revoked, .lost: standing = [:]
      }
    }
    for refusal in standing.values
    where refusal.error.code == .unauthorized && now - refusal.since >= limit {
      final = refusal.error
    }
    guard var final else { return events }
    final.isFatal = true
    return [.failed(final, nil)] + events
  }
}
