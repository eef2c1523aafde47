import Foundation
import KafkaClient
import Reference
import Rules
import Service
import Synchronization

/// The monitor as `leeway run` has it, on a thread of its own.
final class MonitorThread: Sendable {
  private let notes = Mutex<Set<Substring>>([])
  private let outcome = Mutex<Result<RunSummary, any Error>?>(nil)

  init(
    _ plan: Plan,
    _ references: References,
    brokers: String,
    until stop: StopSignal
  ) {
    let thread = Thread { [self] in
      var live = LiveMonitor(
        plan: plan,
        references: references,
        settings: KafkaSettings(brokers: brokers)
      ) { [self] event in
        guard case .note(let text) = event else { return }
        notes.withLock { _ = $0.insert(text.prefix { $0 != " " }) }
      }
      let result = Result { try live.run(until: stop) }
      outcome.withLock { $0 = result }
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Whether both stages have their partitions.
  ///
  /// - Throws: What ended the monitor.
  var isReady: Bool {
    get throws {
      _ = try outcome.withLock(\.self)?.get()
      return notes.withLock { $0.isSuperset(of: ["collecting", "evaluating"]) }
    }
  }

  /// Whether it was told to stop and has.
  var hasEnded: Bool { outcome.withLock(\.self) != nil }
}

/// Reads alerts that are committed, and notes when it had the first of each window.
final class AlertReader: Sendable {
  private let times = Mutex<[String: ContinuousClock.Instant]>([:])

  init(_ topic: String, brokers: String, until stop: StopSignal) {
    let thread = Thread { [self] in
      do { try read(topic, brokers, until: stop) } catch { print("alert reader: \(error)") }
    }
    thread.start()
  }

  /// When the first alert of each window came, by the window's end.
  var arrivals: [String: ContinuousClock.Instant] { times.withLock(\.self) }

  private func read(_ topic: String, _ brokers: String, until stop: StopSignal) throws {
    var consumer = try Consumer(group: nil, settings: KafkaSettings(brokers: brokers))
    try consumer.assign([PartitionStart(TopicPartition(topic, 0), at: .beginning)])
    while !stop.isRequested {
      _ = consumer.withBatch(timeout: .milliseconds(100)) { batch in
        let now = ContinuousClock.now
        for row in 0..<batch.count {
          let end = batch.withPayload(row) { Self.windowEnd($0) }
          times.withLock { times in
            if times[end] == nil { times[end] = now }
          }
        }
      }
    }
  }

  private static func windowEnd(_ payload: Span<UInt8>?) -> String {
    guard let payload else { return "" }
    let text = String(decoding: payload.indices.map { payload[$0] }, as: UTF8.self)
    let rest = text.components(separatedBy: "\"window_end\":\"").dropFirst().first ?? ""
    return rest.components(separatedBy: "\"")[0]
  }
}
