internal import Dispatch
internal import Foundation
internal import Synchronization

/// Whether the process was asked to stop: by SIGTERM or SIGINT, or by a test.
public final class StopSignal: Sendable {
  private let requested = Atomic(false)

  /// Nobody has asked yet.
  public init() {}

  /// Asks to stop; the work in hand is finished first.
  public func request() { requested.store(true, ordering: .releasing) }

  /// Whether somebody asked.
  public var isRequested: Bool { requested.load(ordering: .acquiring) }

  /// A signal that SIGTERM and SIGINT set from now on.
  public static func ofProcess() -> StopSignal {
    let stop = StopSignal()
    // Whoever reads our output may go away; that is an error of a write, not the end.
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGTERM, SIGINT] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [source] in
        // The source holds itself: it lives as long as the process.
        _ = source
        stop.request()
      }
      source.resume()
    }
    return stop
  }
}
