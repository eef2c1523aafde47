import Foundation
import KafkaClient
@testable import Service
import TestSupport
import Testing

/// A monitor that runs on an embedded broker, and shows itself.
final class LiveBoard: Sendable {
  let cluster: MockCluster
  let server: WebServer
  let stop = StopSignal()
  let board: MonitorBoard
  let names: StageTopics
  private let ended = StopSignal()

  /// - Parameters:
  ///   - rules: Of the monitor.
  ///   - lines: What its topic holds, by partition.
  ///   - fields: Fields among the metrics.
  ///   - stopsAtEnd: Whether to close all windows.
  init(
    rules: String = HostileStream.rules,
    _ lines: [[String]],
    fields: Int = 0,
    stopsAtEnd: Bool = true
  ) throws {
    var (plan, references) = try HostilePlan.loaded(rules: rules)
    // The embedded broker's transactions promise nothing.
    plan.delivery = .atLeastOnce
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: lines.count)
    names = StageTopics(plan)
    for topic in names.outputs + [names.partials, names.state, names.control] {
      try cluster.createTopic(topic, partitions: 1)
    }
    try TestTopic.produce(lines, to: "orders", at: cluster.brokers)
    let board = MonitorBoard(plan: plan, references: references, keepsRecords: true)
    server = try WebServer(
      showing: board,
      at: WebAddress(host: "127.0.0.1", port: 0),
      metricsFields: fields
    )
    (self.cluster, self.board) = (cluster, board)
    let (stop, ended, brokers) = (stop, ended, cluster.brokers)
    let thread = Thread { [plan] in
      var live = LiveMonitor(
        plan: plan,
        references: references,
        settings: KafkaSettings(brokers: brokers),
        board: board,
        stopsAtEnd: stopsAtEnd
      )
      _ = try? live.run(until: stop)
      ended.request()
    }
    thread.start()
  }

  deinit { server.stop() }

  /// Waits for the end.
  func end() { #expect(comesTrue { ended.isRequested }) }

  func get(_ path: String) throws -> (status: Int, head: String, body: String) {
    try RawConnection.get(path, port: server.address.port)
  }

  func json(_ path: String) throws -> [String: Any] {
    let answer = try get(path)
    #expect(answer.status == 200, "\(path): \(answer.body)")
    let value = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
    return try #require(value as? [String: Any])
  }
}
