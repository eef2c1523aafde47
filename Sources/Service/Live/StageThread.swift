internal import Foundation
internal import Synchronization

/// A stage's own thread: librdkafka's calls block, and each connection has one owner.
final class StageThread: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)

  /// Starts a thread.
  init(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
    let thread = Thread { [self] in
      let result = Result { try body() }
      outcome.withLock { $0 = result }
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// What came of it; nil while it runs.
  var result: Result<Void, any Error>? { outcome.withLock(\.self) }
}

/// What stages have to say, for their owner to take on its own thread.
final class StageMailbox: Sendable {
  private let events = Mutex<[StageEvent]>([])

  func post(_ event: StageEvent) { events.withLock { $0.append(event) } }

  func take() -> [StageEvent] {
    events.withLock { events in
      defer { events.removeAll() }
      return events
    }
  }
}
