internal import Foundation
internal import Synchronization

/// A stage's own thread: librdkafka's calls block, and each connection has one owner.
final class StageThread: Sendable {
  private let ended = Atomic(false)

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: The thread's.
  ///   - outcome: Hears of its error.
  ///   - body: What it does.
  init(
    _ name: String,
    _ outcome: StageOutcome,
    _ body: @escaping @Sendable () throws -> Void
  ) {
    let thread = Thread { [self] in
      do { try body() } catch { outcome.fail(error) }
      ended.store(true, ordering: .releasing)
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Whether it is over.
  var hasEnded: Bool { ended.load(ordering: .acquiring) }
}

/// What became of the stages of a process: one that fails ends the others.
///
/// The others may fail as they end, or for the same reason: what the first says is what happened.
final class StageOutcome: Sendable {
  private let first = Mutex<(any Error)?>(nil)
  private let stop: StopSignal

  /// Nothing has failed yet.
  init(stopping stop: StopSignal) { self.stop = stop }

  func fail(_ error: any Error) {
    first.withLock { $0 = $0 ?? error }
    stop.request()
  }

  /// The error of the stage that failed first.
  var firstError: (any Error)? { first.withLock(\.self) }
}
