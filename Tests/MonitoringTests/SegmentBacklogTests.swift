import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rows wait to be counted in their segments; what is handed over does not tell how long.
@Suite struct SegmentBacklogTests {
  private static func world() throws -> World {
    let monitor = """
      version: 1
      monitor: flights
      source: { topics: [flights] }
      fields: { time: at, model_version: model }
      segments: [carrier]
      reference: reference.json
      window: { size: 1h }
      """
    let reference = (0..<300).map { line(second: $0, carrier: ["AA", "UA"][$0 % 2], x: $0) }
    return try World(monitor: monitor, reference: reference, segments: ["carrier"])
  }

  private static func line(second: Int, carrier: String, x: Int?, model: String = "1") -> String {
    let x = x.map { "\($0)" } ?? "null"
    return "{\"at\":\(1_600_002_000 + second),\"carrier\":\"\(carrier)\",\"x\":\(x),"
      + "\"model\":\"\(model)\"}"
  }

  private static func collector(_ world: World) -> (collector: Collector, handle: Int) {
    var collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    let handle = collector.assign(topic: 0, partition: 0)
    return (collector, handle)
  }

  /// More than wait at most, of two windows, two versions and with values missing here and there.
  @Test func manyBatchesCountAsEachByItself() throws {
    let world = try Self.world()
    let lines = (0..<36_000).map { index in
      Self.line(
        second: index / 9,
        carrier: ["AA", "UA", "ZZ"][index % 3],
        x: index % 5_000 == 7 ? nil : index % 400,
        model: index % 7 == 0 ? "2" : "1"
      )
    }
    var (one, handle) = Self.collector(world)
    var (other, _) = Self.collector(world)
    let layouts = ByVersion(world.plan, world.references)
    let empty = PaneState(layouts: layouts, limits: world.limits)
    var panes: [Int64: PaneState] = [:]
    for start in stride(from: 0, to: lines.count, by: 3_000) {
      let batch = Array(lines[start..<start + 3_000])
      one.ingest(batch, handle: handle)
      other.ingest(batch, handle: handle)
      for (pane, state) in other.takeDelta().panes { panes[pane, default: empty].merge(state) }
    }
    let whole = one.takeDelta().panes
    #expect(whole.count == 2 && whole.allSatisfy { panes[$0.pane]?.entries == $0.state.entries })
    let segments = whole.flatMap { $0.state.entries }.map { entry in
      entry.population.segments.map { $0?.records ?? 0 }
    }
    #expect(segments.allSatisfy { $0.count == 3 && !$0.contains(0) })
    #expect(segments.joined().reduce(0, +) == 36_000)
  }

  /// A version of its own for each row is waited with neither for many rows nor for many bytes.
  @Test(arguments: [(4, 1_024), (60_000, 140)])
  func versionsWithoutEndDoNotWait(bytes: Int, groups: Int) throws {
    let world = try Self.world()
    let layout = RecordLayout(plan: world.plan, references: world.references)
    var decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    var columns = ColumnBatch()
    let rows = Rows([Self.line(second: 0, carrier: "AA", x: 1)])
    for batch in rows.batches { decoder.decode(batch, into: &columns) }
    var backlog = SegmentBacklog(layout, fields: world.plan.fields.count)
    var waiting = 0
    while !backlog.isFull, waiting < 2 * groups {
      let number = "\(waiting)"
      let version = String(repeating: "0", count: bytes - number.count) + number
      let cover = OffsetCover(topic: 0, partition: 0, start: 0, end: 1, watermark: nil)
      backlog.append(
        RowGroups.Group(pane: 0, version: ModelVersion(version), rows: [0], cover: cover),
        of: columns
      )
      waiting += 1
    }
    #expect(waiting == groups)
    backlog.removeAll()
    #expect(!backlog.isFull)
  }

  /// What waits weighs as much as when it is counted.
  @Test func whatWaitsFillsACommit() throws {
    var world = try Self.world()
    let weight = ByVersion(world.plan, world.references).standard.weight
    #expect(weight.segment > 0)
    // Ten windows with one segment each, and the next window.
    world.limits.commitBytes = 12 * weight.whole + 10 * weight.segment - 1
    var (collector, handle) = Self.collector(world)
    var hours = 0
    while !collector.isHeavy, hours < 50 {
      let lines = (0..<3).map { Self.line(second: hours * 3_600 + $0, carrier: "AA", x: 1) }
      collector.ingest(lines, handle: handle)
      hours += 1
    }
    #expect(hours == 11)
  }
}
