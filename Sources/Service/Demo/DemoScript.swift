internal import Monitoring
internal import Records
internal import Rules
internal import Synchronization
internal import Windowing

/// What the demo's stream does while its monitor listens: it goes on until the monitor asks for a
/// new model, waits for that, and goes on to its end.
final class DemoScript: Sendable {
  /// Ends the monitor's first run.
  let pause = StopSignal()
  /// Requested once that has ended.
  let paused = StopSignal()

  private let plan: Plan
  private let brokers: String
  private let path: String
  private let workshop: DemoWorkshop
  private let board: MonitorBoard
  private let stop: StopSignal
  /// The first request to train.
  private let request = Mutex<[UInt8]?>(nil)
  private let result = Mutex<DemoTraining?>(nil)

  /// As many windows come before anybody looks whether training is asked for.
  private static let windows: Int64 = 4
  private static let patience = Duration.seconds(600)

  init(
    _ plan: Plan,
    brokers: String,
    _ path: String,
    _ workshop: DemoWorkshop,
    _ board: MonitorBoard,
    _ stop: StopSignal
  ) {
    (self.plan, self.brokers, self.path) = (plan, brokers, path)
    (self.workshop, self.board, self.stop) = (workshop, board, stop)
  }

  /// What came of the training.
  var training: DemoTraining? { result.withLock(\.self) }

  /// Notes what the monitor says.
  func hear(_ event: LiveMonitor.Event) {
    guard case .written(let topic, let json) = event,
      topic == StageTopics(plan).name(.retraining), DemoWorkshop.canAnswer(json)
    else { return }
    request.withLock { $0 = $0 ?? json }
  }

  /// Plays it, on a thread of its own.
  func play() throws {
    defer { pause.request() }
    var feed = try DemoFeed(path, plan, at: brokers)
    let (every, align) = (plan.windows[0].every.microseconds, plan.windows[0].align.microseconds)
    while let time = try feed.nextTime(), !hasAsked {
      let start = time.microseconds - align
      let end = (start / every + Self.windows) * every + align
      try feed.produce(before: Timestamp(microseconds: end))
      settle(Timestamp(microseconds: end - every), feed.count)
      guard !stop.isRequested else { return }
    }
    pause.request()
    while !paused.isRequested { StageClock.ofMachine().sleep(.milliseconds(20)) }
    if let event = request.withLock(\.self) {
      let training = try workshop.answer(event, plan, brokers: brokers)
      result.withLock { $0 = training }
    }
    try feed.produce(before: nil)
  }

  private var hasAsked: Bool { !board.shown.metrics.requestsWritten.isEmpty }

  /// Waits until all that was produced is counted, and the windows up to an instant are closed:
  /// then nothing that was said is on its way any more.
  private func settle(_ end: Timestamp, _ count: UInt64) {
    let clock = StageClock.ofMachine()
    let limit = clock.now() + Self.patience
    while !stop.isRequested, clock.now() < limit {
      let shown = board.shown
      if shown.metrics.collected >= count, let last = shown.closedThrough, last >= end { return }
      clock.sleep(.milliseconds(20))
    }
  }
}
