internal import Foundation

/// Tells the service manager that started this process how it is, as systemd wants to hear it:
/// ready, still at work, stopping.
///
/// It has a thread of its own, since whoever reads what the process writes may keep others waiting.
public final class ServiceManager: Sendable {
  private static let pause = Duration.milliseconds(100)

  private let done = StopSignal()

  /// Begins to tell of a monitor; nil where nobody wants to hear.
  ///
  /// - Parameters:
  ///   - board: What the monitor shows of itself.
  ///   - environment: Of this process: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  public init?(of board: MonitorBoard, environment: [String: String]) {
    guard let socket = environment["NOTIFY_SOCKET"].flatMap(NotifySocket.init) else { return nil }
    let watchdog = Self.watchdog(environment)
    let done = done
    _ = StageThread("service manager", StageOutcome(stopping: StopSignal())) {
      let clock = StageClock.ofMachine()
      var news = ServiceNews(watchdog: watchdog)
      while !done.isRequested {
        let phase = board.shown.phase
        let lines = news.next(
          isReady: phase.isReady,
          isStopping: phase.isStopping,
          goesOn: board.goesOn,
          at: clock.now()
        )
        if !lines.isEmpty { socket.send(lines.joined(separator: "\n")) }
        clock.sleep(Self.pause)
      }
    }
  }

  /// Tells nothing more.
  public func finish() { done.request() }

  /// How long the manager waits for a sign of life; nil where it does not.
  private static func watchdog(_ environment: [String: String]) -> Duration? {
    let own = "\(ProcessInfo.processInfo.processIdentifier)"
    guard environment["WATCHDOG_PID"] ?? own == own,
      let limit = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), limit > 0
    else { return nil }
    return .microseconds(limit)
  }
}

/// What a service manager is told, and when.
struct ServiceNews: Sendable {
  /// The manager's patience while a process begins: a state may take minutes to restore.
  private static let grace = Duration.seconds(60)

  private let interval: Duration?
  private var isReady = false
  private var isStopping = false
  private var lastBeat: Duration?
  private var lastExtension: Duration?

  /// Nothing was told yet.
  ///
  /// - Parameter watchdog: How long the manager waits for a sign of life.
  init(watchdog: Duration?) { interval = watchdog.map { $0 / 3 } }

  /// What is news now, a line each.
  ///
  /// - Parameters:
  ///   - isReady: Whether the process has what it works on.
  ///   - isStopping: Whether it was asked to stop.
  ///   - goesOn: Whether no stage hangs.
  ///   - now: Time since some fixed moment.
  /// - Returns: Nothing most of the time.
  mutating func next(
    isReady: Bool,
    isStopping: Bool,
    goesOn: Bool,
    at now: Duration
  ) -> [String] {
    var lines: [String] = []
    if isStopping, !self.isStopping {
      self.isStopping = true
      lines.append("STOPPING=1")
    }
    if isReady, !self.isReady {
      self.isReady = true
      lines.append("READY=1")
    }
    guard goesOn else { return lines }
    let isBeginning = !self.isReady && !self.isStopping
    if isBeginning, lastExtension.map({ now - $0 >= Self.grace / 3 }) ?? true {
      lastExtension = now
      lines.append("EXTEND_TIMEOUT_USEC=\(Self.grace.components.seconds * 1_000_000)")
    }
    if let interval, lastBeat.map({ now - $0 >= interval }) ?? true {
      lastBeat = now
      lines.append("WATCHDOG=1")
    }
    return lines
  }
}
