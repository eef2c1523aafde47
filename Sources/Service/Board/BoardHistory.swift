internal import KafkaClient
internal import Monitoring

/// What other processes of a monitor have written: the ends of its topics, so that a process that
/// was started anew shows more than what it does itself, and one that stands by follows the one
/// that evaluates.
struct BoardHistory {
  private let board: MonitorBoard
  private let names: StageTopics
  private let settings: KafkaSettings
  /// Of each partition, behind what was read.
  private var reached: [TopicPartition: Int64] = [:]
  /// How often the group had said who evaluates when the topics were read last.
  private var rounds = 0
  private var isComplete = true
  private var last: ContinuousClock.Instant?

  /// Records of each partition that are read at most: other monitors may write there, too.
  static let reach: [(output: Output, records: Int64)] = [
    (.alerts, 5_000), (.retraining, 500), (.windows, 5_000),
  ]

  /// How long after it was read the end of a topic is looked at again, by a process that stands by
  /// and where it could not be read.
  private let interval: Duration
  /// How long brokers are waited for.
  private let patience: Duration

  /// Nothing is read yet.
  init(
    _ board: MonitorBoard,
    _ names: StageTopics,
    _ settings: KafkaSettings,
    every interval: Duration = .seconds(15),
    within patience: Duration = .seconds(10)
  ) {
    (self.board, self.names, self.settings) = (board, names, settings)
    (self.interval, self.patience) = (interval, patience)
  }

  /// Reads what is new where it is time for that: when the group has said who evaluates, and from
  /// time to time while another process does.
  mutating func follow(unless isGivenUp: () -> Bool) {
    let phase = board.shown.phase
    let isDue = last.map { ContinuousClock.now - $0 >= interval } ?? true
    let follows = phase.isEvaluating == false || !isComplete
    guard phase.rounds > rounds || rounds > 0 && follows && isDue else { return }
    rounds = phase.rounds
    read(unless: isGivenUp)
    last = .now
  }

  /// Reads what is committed and was not read yet; what the brokers do not give, the board does
  /// without, and says so.
  mutating func read(unless isGivenUp: () -> Bool) {
    var problem: String?
    for (output, records) in Self.reach {
      do { try read(output, last: records, isGivenUp) } catch {
        problem = "\(names.name(output)) could not be read: \(error)"
      }
    }
    isComplete = problem == nil
    board.lacks(problem)
  }

  private mutating func read(
    _ output: Output,
    last records: Int64,
    _ isGivenUp: () -> Bool
  ) throws {
    let topic = names.name(output)
    let consumer = try Consumer(group: nil, settings: settings)
    let count = try consumer.describe([topic], within: patience)[0]?.partitions ?? 0
    let places = TopicPartition.first(count, of: topic)
    for (place, reach) in zip(places, try consumer.watermarks(places, within: patience)) {
      try LogScan.read(
        place,
        from: max(reach.low, reach.high - records, reached[place] ?? 0),
        to: reach.high,
        settings: settings,
        unless: isGivenUp
      ) { _, _, payload in
        guard let payload else { return }
        board.read(payload.indices.map { payload[$0] }, of: output)
      }
      reached[place] = reach.high
    }
  }
}
