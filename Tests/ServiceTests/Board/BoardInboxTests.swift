@testable import Monitoring
import Records
@testable import Service
import Testing

/// What goes first where stages write faster than the board reads.
@Suite struct BoardInboxTests {
  private static func record(_ output: Output, _ bytes: Int) -> OutputRecord {
    .event(output, key: "k", value: [UInt8](repeating: UInt8(ascii: " "), count: bytes))
  }

  private static func distributions(_ count: Int) -> [WindowDistributions] {
    (0..<count).map { WindowDistributions(key: key($0), fields: [:], weight: 400) }
  }

  private static func key(_ number: Int) -> WindowKey {
    let end = Timestamp(microseconds: Int64(number))
    return WindowKey(start: end, end: end, size: "1h", version: nil, segment: "all")
  }

  @Test func distributionsGoBeforeRecords() {
    var inbox = BoardInbox(limit: 1_000)
    let alerts = [Self.record(.alerts, 100)]
    #expect(inbox.add([Self.record(.windows, 300)] + alerts, []) == .init())
    #expect(inbox.add([], Self.distributions(1)) == .init())
    #expect(inbox.add([], Self.distributions(2)) == .init(records: 0, distributions: 3))
    #expect(inbox.records.map(\.output) == [.windows, .alerts] && inbox.distributions.isEmpty)
    // What was given up is room for what comes.
    #expect(inbox.add([], Self.distributions(1)) == .init())
  }

  @Test func windowsGoBeforeAlerts() {
    var inbox = BoardInbox(limit: 1_000)
    let alert = Self.record(.alerts, 900)
    let omitted = inbox.add([Self.record(.windows, 300), alert], Self.distributions(1))
    #expect(omitted == .init(records: 1, distributions: 1))
    #expect(inbox.records.map(\.output) == [.alerts])
    #expect(inbox.add([alert], []) == .init(records: 2))
    #expect(inbox.records.isEmpty)
    let left = inbox.empty()
    #expect(left.records.isEmpty && inbox.add([alert], []) == .init())
  }

  @Test func whatIsLeftOutIsSaid() throws {
    let (plan, references) = try HostilePlan.loaded()
    var limits = BoardContents.Limits()
    limits.inboxBytes = 10
    let board = MonitorBoard(
      plan: plan,
      references: references,
      keepsRecords: true,
      limits: limits
    )
    board.note(.written([], [Self.record(.windows, 11)]), from: .evaluate)
    let status = String(decoding: board.shown.status(isHealthy: true), as: UTF8.self)
    #expect(status.contains("\"omitted\":1,\"omitted_distributions\":0"))
  }
}
