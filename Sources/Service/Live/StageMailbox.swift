internal import Monitoring
internal import Synchronization

/// What stages have to say, for their owner to take on its own thread.
///
/// The owner writes to pipes that others read: however slow they are, stages never wait for him,
/// and what lies here is bounded. What can be added up is; of messages the latest are left out, and
/// counted.
final class StageMailbox: Sendable {
  /// What has come up to now.
  struct Contents: Sendable {
    /// Messages in their order, those before the last look left out.
    var messages: [LiveMonitor.Event] = []
    /// Messages that were left out since the last look.
    var omitted = 0
    /// Records read and committed.
    var read: UInt64 = 0
    /// What happened.
    var summary: RunSummary
    fileprivate var bytes = 0

    init(summary: RunSummary) { self.summary = summary }
  }

  /// A commit writes at most a fourth of it, so that nothing is left out for an owner who looks.
  private static let byteLimit = 16 << 20

  private let names: StageTopics
  private let contents: Mutex<Contents>
  /// What shows the monitor to others hears the same.
  let board: MonitorBoard

  /// An empty mailbox of a monitor's stages, whose summary goes on from an earlier run's.
  init(_ names: StageTopics, board: MonitorBoard, after summary: RunSummary = RunSummary()) {
    (self.names, self.board) = (names, board)
    contents = Mutex(Contents(summary: summary))
  }

  func post(_ event: StageEvent, from stage: MonitorBoard.Stage) {
    let bytes = contents.withLock { contents in
      switch event {
      case .note(let text): contents.add(.note(text), text.utf8.count, limit: Self.byteLimit)
      case .collected(let count): contents.read += count
      case .tally(let tally): contents.summary.note(tally)
      case .written(let outcomes, let records):
        for outcome in outcomes { contents.summary.note(outcome) }
        for record in records where record.output == .alerts || record.output == .retraining {
          guard let json = record.value else { continue }
          let message = LiveMonitor.Event.written(topic: names.name(record.output), json: json)
          contents.add(message, json.count, limit: Self.byteLimit)
        }
      case .committed, .aborted, .restored, .lag, .eventLag, .collecting, .evaluating, .standing,
        .reached, .trouble:
        break
      }
      return contents.bytes
    }
    board.note(event, from: stage, waiting: Double(bytes) / Double(Self.byteLimit))
  }

  /// Takes the messages; what is added up stays.
  func take() -> Contents {
    contents.withLock { contents in
      defer { (contents.messages, contents.omitted, contents.bytes) = ([], 0, 0) }
      return contents
    }
  }
}

extension StageMailbox.Contents {
  /// Bytes that a message takes besides its text.
  private static let overhead = 128

  fileprivate mutating func add(_ message: LiveMonitor.Event, _ size: Int, limit: Int) {
    guard bytes + size + Self.overhead <= limit else { return omitted += 1 }
    bytes += size + Self.overhead
    messages.append(message)
  }
}

extension LiveMonitor.Event {
  /// What is said of messages that were left out; nil when none was.
  static func omission(of count: Int) -> LiveMonitor.Event? {
    guard count > 0 else { return nil }
    return .note("\(count) messages were left out, as nobody read the ones before them in time")
  }
}
