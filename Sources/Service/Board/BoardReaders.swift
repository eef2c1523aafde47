internal import KafkaClient
internal import Monitoring

/// The threads that fill a board: one reads what the stages leave there, one what the topics hold
/// from before.
struct BoardReaders {
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
    guard board.keepsRecords else { return }
    let done = done
    reader = StageThread("board", outcome) {
      while !done.isRequested {
        board.read()
        StageClock.ofMachine().sleep(Self.pause)
      }
      board.read()
    }
    _ = StageThread("history", outcome) {
      var history = BoardHistory(board, names, settings)
      while !done.isRequested {
        history.follow { done.isRequested }
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
