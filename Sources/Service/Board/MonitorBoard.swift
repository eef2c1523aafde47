internal import Foundation
internal import Monitoring
internal import Records
public import Reference
public import Rules
internal import Synchronization
internal import Windowing

/// What a running monitor shows of itself.
///
/// Stages leave what they have written here and go on: records are read by a thread of the board's
/// own, as far as there is room, so that nobody who looks keeps a stage waiting. Everything it
/// holds is bounded; see `BoardContents.Limits`.
public final class MonitorBoard: Sendable {
  private let contents: Mutex<BoardContents>
  private let inbox: Mutex<BoardInbox>
  /// Of the version that judged last.
  private let references = Mutex<(number: Int64, FieldReferences)?>(nil)
  private let pulses = Mutex<[Stage: ContinuousClock.Instant]>([:])
  private let floor = Limits().categoryFloor
  /// Whether what is written is kept; else nobody looks but at numbers.
  let keepsRecords: Bool

  /// The two stages of a process.
  enum Stage: String, CaseIterable, Sendable {
    case collect, evaluate
  }

  /// The board of a monitor that has not begun.
  ///
  /// - Parameters:
  ///   - plan: What it begins with.
  ///   - references: Of its model versions.
  ///   - keepsRecords: Whether what is written is shown, or numbers only.
  public convenience init(plan: Plan, references: References, keepsRecords: Bool = false) {
    self.init(
      plan: plan,
      references: references,
      keepsRecords: keepsRecords,
      limits: BoardContents.Limits()
    )
  }

  init(
    plan: Plan,
    references: References,
    keepsRecords: Bool,
    limits: BoardContents.Limits
  ) {
    self.keepsRecords = keepsRecords
    inbox = Mutex(BoardInbox(limit: limits.inboxBytes))
    contents = Mutex(
      BoardContents(plan: plan, references: references, started: .ofMachine(), limits: limits)
    )
  }

  /// What it shows.
  var shown: BoardContents { contents.withLock(\.self) }

  // MARK: What stages leave

  /// Notes what a stage has to say.
  ///
  /// - Parameters:
  ///   - event: What it says.
  ///   - stage: Which of the two.
  ///   - waiting: How full the mailbox of the process is, from 0 to 1.
  func note(_ event: StageEvent, from stage: Stage, waiting: Double = 0) {
    if keepsRecords, case .written(let outcomes, let records) = event { leave(outcomes, records) }
    contents.withLock { contents in
      contents.mailboxFill = waiting
      contents.metrics.note(event, from: stage, at: .ofMachine())
      switch event {
      case .collecting(let partitions): contents.phase.partitions = partitions
      case .evaluating(let isEvaluating):
        contents.phase.isEvaluating = isEvaluating
        contents.phase.rounds += 1
        if !isEvaluating { contents.forgetEvaluation() }
      case .standing(let standing): contents.standing = standing
      case .reached(let watermark, let closedThrough):
        (contents.watermark, contents.closedThrough) = (watermark, closedThrough)
      case .tally(let tally):
        var summary = RunSummary()
        summary.note(tally)
        (contents.tally, contents.windowsWritten) = (summary.totals, tally.windows)
      case .written(let outcomes, _):
        guard let version = outcomes.last?.version else { break }
        (contents.plan, contents.versionName) = (version.plan, version.name)
      case .collected, .committed, .aborted, .restored, .lag, .eventLag, .note, .trouble: break
      }
    }
  }

  private func leave(_ outcomes: [Judged], _ records: [OutputRecord]) {
    let distributions = outcomes.compactMap { judged -> WindowDistributions? in
      guard case .window(let result) = judged.outcome else { return nil }
      let known = known(judged.version)
      return WindowDistributions(result, judged.version.plan, known, floor: floor)
    }
    let kept = records.filter { $0.output != .deadLetters && $0.value != nil }
    let omitted = inbox.withLock { $0.add(kept, distributions) }
    guard omitted != BoardInbox.Omitted() else { return }
    contents.withLock { contents in
      contents.omitted += omitted.records
      contents.omittedDistributions += omitted.distributions
    }
  }

  private func known(_ version: MonitorVersion) -> FieldReferences {
    references.withLock { known in
      if let known, known.number == version.number { return known.1 }
      let made = FieldReferences(plan: version.plan, references: version.references)
      known = (version.number, made)
      return made
    }
  }

  /// Notes that a stage is alive.
  func beat(_ stage: Stage) { pulses.withLock { $0[stage] = .now } }

  /// Notes that the stages have come to their end: nobody waits for their next turn.
  func rest() { pulses.withLock { $0 = [:] } }

  /// Notes that the process stops.
  func stop() { contents.withLock { $0.phase.isStopping = true } }

  /// How long the stage that has been silent longest was; nil before all have begun.
  var silence: Duration? {
    pulses.withLock { pulses in
      guard pulses.count == Stage.allCases.count else { return nil }
      return pulses.values.map { ContinuousClock.now - $0 }.max()
    }
  }

  /// A stage that has said nothing for so long hangs.
  private static let silenceLimit = Duration.seconds(600)

  /// Whether no stage hangs.
  var goesOn: Bool { silence.map { $0 < Self.silenceLimit } ?? true }

  /// Notes an answer of the HTTP server.
  func noteAnswer(_ status: Int) { contents.withLock { $0.answers[status, default: 0] += 1 } }

  /// Notes why something that was written before is not shown; nil when nothing is missing.
  func lacks(_ reason: String?) { contents.withLock { $0.lacks = reason } }

  // MARK: What the board's own threads do

  /// Reads what was left; the board's thread does so again and again.
  func read() {
    let left = inbox.withLock { $0.empty() }
    for distribution in left.distributions { contents.withLock { $0.put(distribution) } }
    for record in left.records {
      guard let json = record.value else { continue }
      read(json, of: record.output)
    }
  }

  /// Reads a record, be it from here or from its topic.
  func read(_ json: [UInt8], of output: Output) {
    guard json.isPlainLine else { return }
    switch output {
    case .windows:
      guard let window = BoardWindow(json, monitor: contents.withLock(\.monitor)) else { return }
      contents.withLock { $0.put(window) }
    case .alerts:
      guard let notice = AlertNotice(json), json.isJSON else { return }
      contents.withLock { contents in
        guard notice.content.monitor == contents.monitor else { return }
        contents.put(BoardContents.AlertChange(notice: notice))
      }
    case .retraining:
      guard let request = RequestRecord(json), json.isJSON else { return }
      contents.withLock { contents in
        guard request.monitor == contents.monitor else { return }
        contents.put(request.shown)
      }
    case .deadLetters: break
    }
  }
}

extension [UInt8] {
  /// Whether a record can stand in an answer as it is: an object on one line of UTF-8, as it is
  /// written here.
  ///
  /// Foundation's decoder takes more for JSON: control characters in strings, and other encodings.
  fileprivate var isPlainLine: Bool {
    first == UInt8(ascii: "{") && allSatisfy { $0 >= 0x20 }
      && String(validating: self, as: UTF8.self) != nil
  }

  /// Whether all of a record is JSON: the decoder does not look at what it is not asked for.
  fileprivate var isJSON: Bool { (try? JSONSerialization.jsonObject(with: Data(self))) != nil }
}

/// A request to train, as far as it is looked into here.
private struct RequestRecord {
  private struct Event: Decodable {
    struct Body: Decodable {
      var monitor: String
      var trigger: String
    }

    var id: String
    var time: String
    var data: Body
  }

  let monitor: String
  let shown: BoardContents.Request

  init?(_ json: [UInt8]) {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(json)),
      let time = Timestamp(rfc3339: event.time)
    else { return nil }
    monitor = event.data.monitor
    shown = BoardContents.Request(
      id: event.id,
      trigger: event.data.trigger,
      time: time,
      json: json
    )
  }
}
