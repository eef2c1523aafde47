import Foundation
import KafkaClient
import Rules
import Synchronization
import TestSupport

@testable import Service

/// A notifier on a thread of its own, until it is stopped.
final class RunningNotifier: Sendable {
  private let signal = StopSignal()
  private let said = Mutex<[String]>([])
  private let outcome = Mutex<Notifier.Tally?>(nil)

  /// Starts a notifier whose tries and repetitions are quick.
  init(
    _ target: NotificationTarget,
    brokers: String,
    lowest: Severity? = nil,
    prefix: String = "leeway",
    session: Int = 4_000
  ) {
    let thread = Thread { [self] in
      do {
        var settings = KafkaSettings(brokers: brokers)
        // The embedded broker hands partitions over only after the session.
        try settings.override("session.timeout.ms=\(session)")
        var notifier = try Notifier(
          prefix: prefix,
          group: nil,
          settings: settings,
          target: target,
          lowest: lowest
        ) { [self] text in said.withLock { $0.append(text) } }
        notifier.timing.repetition = .milliseconds(200)
        notifier.timing.firstPause = .milliseconds(20)
        let tally = try notifier.run(until: signal)
        outcome.withLock { $0 = tally }
      } catch {
        said.withLock { $0.append("failed: \(error)") }
        outcome.withLock { $0 = Notifier.Tally() }
      }
    }
    thread.start()
  }

  /// What it said so far.
  var talk: [String] { said.withLock(\.self) }

  /// Stops it as SIGTERM would.
  ///
  /// - Returns: What became of the alerts; nil when it does not stop.
  func stop() -> Notifier.Tally? {
    signal.request()
    _ = comesTrue { outcome.withLock { $0 != nil } }
    return outcome.withLock(\.self)
  }
}
