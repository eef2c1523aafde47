import Foundation
import KafkaClient
import Reference
import Rules
@testable import Service
import Synchronization
import TestSupport
import Testing

/// A monitor that runs on an embedded broker, and shows itself.
final class LiveBoard {
  /// What the thread of the monitor and the test share.
  private final class Shared: Sendable {
    let notes = Mutex<[String]>([])
    let ended = StopSignal()
  }

  let cluster: MockCluster
  let server: WebServer
  let stop = StopSignal()
  let board: MonitorBoard
  let names: StageTopics
  let plan: Plan
  private let shared = Shared()

  /// A monitor of the hostile stream that has begun.
  ///
  /// - Parameters:
  ///   - rules: Of the monitor.
  ///   - reference: Rows beside the usual ones.
  ///   - lines: What its topic holds, by partition.
  ///   - stopsAtEnd: Whether to close all windows.
  ///   - prepare: Adds to what the topic holds.
  /// - Throws: When there is no broker, or no port.
  convenience init(
    rules: String = HostileStream.rules,
    reference: [String] = [],
    _ lines: [[String]],
    stopsAtEnd: Bool = true,
    prepare: (String) throws -> Void = { _ in }
  ) throws {
    let loaded = try HostilePlan.loaded(rules: rules, also: reference)
    try self.init(loaded, lines, stopsAtEnd: stopsAtEnd, prepare: prepare)
  }

  /// A monitor that has begun.
  ///
  /// - Parameters:
  ///   - loaded: The monitor.
  ///   - lines: What its topic holds, by partition.
  ///   - stopsAtEnd: Whether to close all windows.
  ///   - prepare: Adds to what the topic holds.
  /// - Throws: When there is no broker, or no port.
  init(
    _ loaded: (plan: Plan, references: References),
    _ lines: [[String]],
    stopsAtEnd: Bool = true,
    prepare: (String) throws -> Void = { _ in }
  ) throws {
    var plan = loaded.plan
    // The embedded broker's transactions promise nothing.
    plan.delivery = .atLeastOnce
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: lines.count)
    let names = StageTopics(plan)
    for topic in names.outputs + [names.partials, names.state, names.control] {
      try cluster.createTopic(topic, partitions: 1)
    }
    try TestTopic.produce(lines, to: "orders", at: cluster.brokers)
    try prepare(cluster.brokers)
    let references = loaded.references
    let board = MonitorBoard(plan: plan, references: references, keepsRecords: true)
    let address = WebAddress(host: "127.0.0.1", port: 0)
    server = try WebServer(showing: board, at: address, metricsFields: 100)
    let settings = KafkaSettings(brokers: cluster.brokers)
    (self.board, self.names, self.plan) = (board, names, plan)
    self.cluster = cluster
    let (stop, shared) = (self.stop, self.shared)
    Thread { [plan] in
      var live = LiveMonitor(
        plan: plan,
        references: references,
        settings: settings,
        board: board,
        stopsAtEnd: stopsAtEnd
      ) { event in
        if case .note(let text) = event { shared.notes.withLock { $0.append(text) } }
      }
      do { _ = try live.run(until: stop) } catch {
        shared.notes.withLock { $0.append("\(error)") }
      }
      shared.ended.request()
    }.start()
  }

  deinit { server.stop() }

  /// All that was said.
  var notes: [String] { shared.notes.withLock(\.self) }

  /// Waits for the end.
  func end() { #expect(comesTrue { shared.ended.isRequested }) }

  func get(_ path: String) throws -> (status: Int, head: String, body: String) {
    try RawConnection.get(path, port: server.address.port)
  }

  func json(_ path: String) throws -> [String: Any] {
    let answer = try get(path)
    #expect(answer.status == 200, "\(path): \(answer.body)")
    let value = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    return try #require(value as? [String: Any])
  }

  /// The events of a topic, in order.
  func events(_ topic: String) throws -> [[String: Any]] {
    try Brokers.read(topic, at: cluster.brokers).compactMap(\.value).map { text in
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      return try #require(value as? [String: Any])
    }
  }
}
