internal import KafkaClient

/// How long the source's topics keep their records, as the brokers say: asked for at the start and
/// once an hour.
///
/// A request to train says when its records may be gone. Where the brokers do not tell, it says
/// nothing of it.
struct TopicRetention {
  /// Milliseconds of each topic; nil for ever, or where the brokers do not tell.
  private(set) var milliseconds: [Int64?] = []
  private var due = Duration.zero
  private var refusal = NotedOnce()

  private static let interval = Duration.seconds(3_600)
  /// Until they are asked again who did not answer.
  private static let patience = Duration.seconds(60)

  /// Asks the brokers when it is time.
  ///
  /// - Parameters:
  ///   - topics: The source's.
  ///   - log: The collector's.
  ///   - now: The time.
  ///   - report: Hears, once, why they do not tell.
  mutating func refresh<Log: StageLog & ~Copyable>(
    _ topics: [String],
    _ log: borrowing Log,
    now: Duration,
    _ report: (StageEvent) -> Void
  ) {
    guard now >= due else { return }
    do throws(KafkaError) {
      milliseconds = try log.retention(of: topics)
      due = now + Self.interval
      refusal.end()
    } catch {
      let isPassing = error.isRetriable || error.code == .timedOut
      due = now + (isPassing ? Self.patience : Self.interval)
      if !isPassing, error.code != .unsupported { refusal.note(error.message, report) }
    }
  }
}
