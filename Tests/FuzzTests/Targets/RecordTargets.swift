import Foundation
import Monitoring
import Records
import Rules

@testable import Service

extension FuzzTarget {
  /// Events of a topic: JSON, one a line.
  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 32).map(Array.init)
  }

  /// The windows' topic, as the dashboard and `replay --what-if` read it.
  static let windows = FuzzTarget("windows") { bytes in
    let world = try FuzzWorld.shared.get()
    let board = MonitorBoard(plan: world.plan, references: world.references, keepsRecords: true)
    var reader = StoredWindowReader(monitor: world.plan.monitor)
    let lines = Self.lines(bytes)
    for line in lines {
      reader.take(line)
      board.read(line, of: .windows)
    }
    for window in reader.windows { _ = window.totals }
    try answerAll(board)
    return reader.foreign < UInt64(lines.count)
  }

  /// The alerts' topic, as `notify` and the dashboard read it.
  static let alerts = FuzzTarget("alerts") { bytes in
    let world = try FuzzWorld.shared.get()
    let board = MonitorBoard(plan: world.plan, references: world.references, keepsRecords: true)
    var isTaken = false
    for line in lines(bytes) {
      board.read(line, of: .alerts)
      guard let notice = AlertNotice(line) else { continue }
      isTaken = true
      try Finding.unless(!notice.group.isEmpty && notice.json == line, "a notice of no group")
    }
    try answerAll(board)
    return isTaken
  }

  /// The retraining topic, as `status`, `export` and the dashboard read it.
  static let requests = FuzzTarget("requests") { bytes in
    let world = try FuzzWorld.shared.get()
    let board = MonitorBoard(plan: world.plan, references: world.references, keepsRecords: true)
    var history = RetrainHistory()
    var isTaken = false
    for line in lines(bytes) {
      history.take(line, of: world.plan.monitor)
      board.read(line, of: .retraining)
      guard let request = try? RetrainingRequest(json: line, name: "request") else { continue }
      isTaken = true
      _ = request.paneWidth
      _ = try? request.selection(world.plan)
    }
    for request in history.requests { _ = request.state }
    try answerAll(board)
    return isTaken
  }

  /// What the dashboard shows of what it read is JSON.
  private static func answerAll(_ board: MonitorBoard) throws {
    let router = WebRouter(board: board, access: .everybody)
    let views = [
      "status", "windows", "alerts", "rules", "fields", "fields?field=amount", "triggers",
    ]
    for view in views {
      let answer = router.answer(
        WebRequest(method: "GET", target: "/api/v1/\(view)", host: nil, authorization: nil)
      )
      try Finding.unless(answer.status == 200, "\(view) answers \(answer.status)")
      let json = try? JSONSerialization.jsonObject(with: Data(answer.body))
      try Finding.unless(json != nil, "\(view) answers no JSON")
    }
    let metrics = WebRequest(method: "GET", target: "/metrics", host: nil, authorization: nil)
    _ = router.answer(metrics)
  }

  /// The control topic: JSON, or the pieces of a version.
  static let control = FuzzTarget("control") { bytes in
    var log = ControlLog()
    for (offset, record) in lines(bytes).enumerated() { log.take(record, at: Int64(offset)) }
    log.take(bytes, at: 64)
    let said = log.silences(of: "shop").count + log.messages(of: "shop").count
    _ = log.publications(of: "shop")
    _ = log.active("shop", group: "leeway.shop")
    return said > 0
  }
}
