import BenchmarkSupport
import Monitoring
import Records
import Reference
import Windowing

/// What a monitor of so many fields and segments takes in memory and in topics, in bytes.
///
/// No time is measured: any machine comes to the same numbers.
struct Sizing {
  /// Fields of an event that are not numbers: five categories, a truth value, id and time.
  static let otherFields = 8
  private static let recordsPerWindow = 10_000
  private static let learned = 2_000
  private static let learnedPerSegment = 100

  /// As in `Scenario`, and one more whose alerts always fire.
  private static let rules =
    Scenario.rules + """

        - name: Loud
          each: features
          expect: psi < 0
      """

  let fields: Int
  let segments: Int
  private let scenario: Scenario
  private let lines: [String]

  init(fields: Int, segments: Int) throws {
    (self.fields, self.segments) = (fields, segments)
    var events = Events(.fixed, numbers: fields - Self.otherFields, segments: segments)
    scenario = try Scenario(
      learning: events,
      learned: max(Self.learned, Self.learnedPerSegment * segments),
      window: Scenario.hours,
      isInSegments: segments > 0,
      rules: Self.rules
    )
    lines = (0..<Self.recordsPerWindow).map { _ in events.event() }
  }

  /// What `leeway explain` says of the state.
  var state: StateSize { StateSize(scenario.plan, scenario.references) }

  /// The records of a commit that counts the first so many events.
  func commit(of count: Int) -> [[UInt8]] {
    var (collector, handle) = makeCollector()
    record(count, on: &collector, handle)
    return records(of: collector.takeDelta())
  }

  /// A snapshot in the middle of a window.
  func snapshot() -> [UInt8] {
    let version = MonitorVersion(plan: scenario.plan, references: scenario.references)
    var evaluator = LogEvaluator(versions: [version], lineage: 1, offset: 0)
    for (offset, record) in commit(of: Self.recordsPerWindow).enumerated() {
      _ = evaluator.take(record, at: Int64(offset))
    }
    return evaluator.snapshot()
  }

  /// What is written when a window closes.
  func closing() -> [OutputRecord] {
    var (collector, handle) = makeCollector()
    record(Self.recordsPerWindow, on: &collector, handle)
    collector.end(handle)
    let (plan, references) = (scenario.plan, scenario.references)
    var evaluator = Evaluator(plan: plan, references: references, limits: Limits())
    evaluator.fold(collector.takeDelta())
    let writer = EventWriter(plan: plan, references: references)
    return evaluator.advance().map { writer.record($0) }
  }

  private func makeCollector() -> (Collector, handle: Int) {
    var collector = Collector(plan: scenario.plan, references: scenario.references)
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    return (collector, handle)
  }

  private func records(of delta: Delta) -> [[UInt8]] {
    let layout = MonitorVersion(plan: scenario.plan, references: scenario.references).layout
    let name = CollectorName(lineage: 1, instance: "leeway-0", incarnation: 1)
    let commit = Commit(deltas: [(layout.identity, delta)])
    return PartialsWriter(collector: name).records(of: commit, sequence: 1)
  }

  private func record(_ count: Int, on collector: inout Collector, _ handle: Int) {
    var decoder = JSONRecordDecoder(
      fields: collector.layout.requests,
      known: collector.layout.known
    )
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    for (offset, line) in lines.prefix(count).enumerated() {
      batch.append(
        payload: Array(line.utf8).span,
        offset: Int64(offset),
        brokerMilliseconds: Int64(Events.start + offset)
      )
    }
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
  }
}
