internal import Foundation
internal import Synchronization

/// Whether the process was asked to stop: by SIGTERM or SIGINT, or by a test.
public final class StopSignal: Sendable {
  private let requested = Atomic(false)
  private let hearsProcess: Bool
  /// Set by the signals' handler, which may touch nothing but this.
  private static let received = Atomic(false)

  /// Nobody has asked yet.
  public convenience init() { self.init(hearsProcess: false) }

  private init(hearsProcess: Bool) { self.hearsProcess = hearsProcess }

  /// Asks to stop; the work in hand is finished first.
  public func request() { requested.store(true, ordering: .releasing) }

  /// Whether somebody asked.
  public var isRequested: Bool {
    requested.load(ordering: .acquiring)
      || hearsProcess && Self.received.load(ordering: .acquiring)
  }

  /// A signal that SIGTERM and SIGINT set from now on.
  public static func ofProcess() -> StopSignal {
    // The handler must find it made: it could not wait for that.
    received.store(false, ordering: .releasing)
    // Whoever reads our output may go away; that is an error of a write, not the end.
    // A handler, as commands that are started would go on ignoring what is ignored.
    signal(SIGPIPE) { _ in }
    // Whoever started this process may have done so on a thread that blocks them.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGTERM, SIGINT] {
      unsafe sigaddset(&signals, number)
      signal(number) { _ in StopSignal.received.store(true, ordering: .releasing) }
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    return StopSignal(hearsProcess: true)
  }
}
