internal import KafkaClient
internal import Monitoring

/// The threads that fill a board: one reads what the stages leave there, one what the topics hold
/// from before.
struct BoardReaders {
  private let board: MonitorBoard
  private let done = StopSignal()
  private var reader: StageThread?

  private static let pause = Duration.milliseconds(50)

  /// Starts them, where anybody looks at the board.
  init(
    _ board: MonitorBoard,
    _ names: StageTopics,
    _ settings: KafkaSettings,
    _ outcome: StageOutcome
  ) {
    self.board = board
    guard board.keepsRecords else { return }
    let done = done
    reader = StageThread("board", outcome) {
      while !done.isRequested {
        board.read()
        StageClock.ofMachine().sleep(Self.pause)
      }
      board.read()
    }
    let history = BoardHistory(board, names, settings)
    _ = StageThread("history", outcome) {
      var rounds = 0
      while !done.isRequested {
        let told = board.shown.phase.rounds
        if told > rounds {
          // What another process has written until now is read, too.
          history.read { done.isRequested }
          rounds = told
        }
        StageClock.ofMachine().sleep(Self.pause)
      }
    }
  }

  /// Waits until all that was left is read.
  ///
  /// The topics' reader is not waited for: brokers may not answer it.
  func finish() {
    done.request()
    while let reader, !reader.hasEnded { StageClock.ofMachine().sleep(.milliseconds(10)) }
  }
}

/// What a monitor has written before: the ends of its topics, so that a process that was started
/// anew shows more than what it does itself.
struct BoardHistory: Sendable {
  private let board: MonitorBoard
  private let names: StageTopics
  private let settings: KafkaSettings

  /// Records of each partition that are read at most: other monitors may write there, too.
  static let reach: [(output: Output, records: Int64)] = [
    (.alerts, 5_000), (.retraining, 500), (.windows, 5_000),
  ]

  init(_ board: MonitorBoard, _ names: StageTopics, _ settings: KafkaSettings) {
    (self.board, self.names, self.settings) = (board, names, settings)
  }

  /// Reads what is committed; what the brokers do not give, the board does without.
  func read(unless isGivenUp: () -> Bool) {
    for (output, records) in Self.reach {
      do { try read(output, last: records, isGivenUp) } catch {
        board.lacks("\(names.name(output)) could not be read: \(error)")
      }
    }
  }

  private func read(_ output: Output, last records: Int64, _ isGivenUp: () -> Bool) throws {
    let topic = names.name(output)
    let consumer = try Consumer(group: nil, settings: settings)
    let count = try consumer.describe([topic], within: .seconds(10))[0]?.partitions ?? 0
    let places = (0..<count).map { TopicPartition(topic, Int32($0)) }
    for (place, reach) in zip(places, try consumer.watermarks(places, within: .seconds(10))) {
      try LogScan.read(
        place,
        from: max(reach.low, reach.high - records),
        to: reach.high,
        settings: settings,
        unless: isGivenUp
      ) { _, _, payload in
        guard let payload else { return }
        board.read(payload.indices.map { payload[$0] }, of: output)
      }
    }
  }
}
