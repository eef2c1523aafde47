import BenchmarkSupport
import Monitoring
import Records
import Windowing

/// How long an evaluator takes to go on from a snapshot.
struct Restore {
  private static let rounds = 5
  private static let panes = 300
  private static let fields = 200
  private static let recordsPerPane = 3_000
  /// Windows stay open, so that their panes stay in the state.
  private static let window = """
    fields: { time: $timestamp }
    window: { size: 1m }
    lateness: 5h
    """

  private let empty: LogEvaluator
  private let snapshot: [UInt8]

  /// Seconds for a snapshot of 100 MB, measured on one of about that size; and its size.
  static func rows() throws -> [Row] {
    let restore = try Restore()
    let seconds = try (0..<rounds).map { _ in
      try ThreadClock.seconds {
        var evaluator = restore.empty
        try evaluator.restore(restore.snapshot)
      }
    }
    let size = Double(restore.snapshot.count) / 1e6
    return [
      Row("restore_100MB_seconds", in: "s", seconds.map { $0 * 100 / size }),
      Row("restore_snapshot_megabytes", in: "MB", [size]),
    ]
  }

  private init() throws {
    let events = Events(.fixed, numbers: Self.fields, categories: 0)
    let scenario = try Scenario(learning: events, learned: 2_000, window: Self.window)
    let version = MonitorVersion(plan: scenario.plan, references: scenario.references)
    empty = LogEvaluator(versions: [version], lineage: 1, offset: 0)
    var evaluator = empty
    var collector = Collector(plan: scenario.plan, references: scenario.references)
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    let writer = PartialsWriter(
      collector: CollectorName(lineage: 1, instance: "bench", incarnation: 1)
    )
    let payloads = Self.payloads(events)
    var decoder = JSONRecordDecoder(
      fields: collector.layout.requests,
      known: collector.layout.known
    )
    var columns = ColumnBatch()
    var offset: Int64 = 0
    for pane in 0..<Self.panes {
      let batch = Self.batch(of: payloads, pane)
      decoder.decode(batch, into: &columns)
      collector.ingest(columns, of: batch, handle: handle)
      let commit = Commit(deltas: [(version.layout.identity, collector.takeDelta())])
      for record in writer.records(of: commit, sequence: UInt64(pane) + 1) {
        _ = evaluator.take(record, at: offset)
        offset += 1
      }
    }
    snapshot = evaluator.snapshot()
    precondition(snapshot.count > 50_000_000, "the panes are not in the state")
  }

  private static func payloads(_ events: Events) -> [[UInt8]] {
    var events = events
    return (0..<recordsPerPane).map { _ in Array(events.event().utf8) }
  }

  private static func batch(of payloads: [[UInt8]], _ pane: Int) -> RecordBatch {
    var batch = RecordBatch()
    for (row, payload) in payloads.enumerated() {
      batch.append(
        payload: payload.span,
        offset: Int64(pane * recordsPerPane + row),
        brokerMilliseconds: Int64(Events.start + pane * 60_000 + row)
      )
    }
    return batch
  }
}
