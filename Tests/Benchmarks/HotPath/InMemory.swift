import Monitoring
import Records
import Reference
import Rules
import TestSupport
import Windowing

/// The work that stage 1 does for each record, without a broker: decode, check, window, count.
struct InMemory {
  private static let learned = 20_000
  private static let count = 100_000
  private static let rowsPerBatch = 2048

  private static let monitor = """
    version: 1
    monitor: bench
    source: { topics: [events] }
    fields: { id: event_id, time: event_time }
    reference: reference.json
    window: { size: 1m }
    """

  private static let rules = """
    version: 1
    budget: 1 per 30d
    rules:
      - name: Stable
        each: features
        expect: drift < 0.1
      - name: Complete
        each: features
        expect: missing < 10%
    """

  private let plan: Plan
  private let references: References
  private let batches: [RecordBatch]
  /// Events in all.
  let events: Int

  init(_ shape: EventShape) throws {
    var source = Events(shape)
    let usable = Events.learnable(shape)
    var learning = Events(usable)
    let lines = (0..<Self.learned).map { _ in learning.event() }
    var profile = try Rows(lines).learn(time: "event_time").profile
    profile.fields.removeAll { $0.name == "event_id" }
    references = References(profile)
    let schema = ReferenceSchema(
      fields: profile.fields.map {
        ReferenceSchema.Field(name: $0.name, kind: $0.kind, hasNatural: false)
      },
      timeField: "event_time",
      timeUnit: profile.time?.unit
    )
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor),
      rules: [SourceText(file: "rules.yaml", text: Self.rules)],
      schema: schema
    )
    guard let plan = result.plan else { throw BadMonitor(description: result.report) }
    self.plan = plan
    events = Self.count
    batches = stride(from: 0, to: Self.count, by: Self.rowsPerBatch).map { start in
      var batch = RecordBatch()
      for offset in start..<min(Self.count, start + Self.rowsPerBatch) {
        batch.append(
          payload: Array(source.event().utf8).span,
          offset: Int64(offset),
          brokerMilliseconds: 1_767_225_600_000 + Int64(offset)
        )
      }
      return batch
    }
  }

  /// Bytes of an event on average.
  var eventBytes: Int { batches.reduce(0) { $0 + $1.bytes.count } / events }

  /// Decodes all events.
  func decode() {
    var decoder = makeDecoder()
    var columns = ColumnBatch()
    for batch in batches { decoder.decode(batch, into: &columns) }
  }

  /// Decodes and counts all events.
  func count() -> Delta {
    var collector = Collector(plan: plan, references: references, limits: Limits())
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    var decoder = makeDecoder()
    var columns = ColumnBatch()
    for batch in batches {
      decoder.decode(batch, into: &columns)
      collector.ingest(columns, of: batch, handle: handle)
    }
    return collector.takeDelta()
  }

  private func makeDecoder() -> JSONRecordDecoder {
    let layout = RecordLayout(plan: plan, references: references)
    return JSONRecordDecoder(fields: layout.requests, known: layout.known)
  }

  private struct BadMonitor: Error, CustomStringConvertible {
    var description: String
  }
}

extension Events {
  /// The shape that a reference is learned from: nothing in it is wrong.
  static func learnable(_ shape: EventShape) -> EventShape { shape == .nested ? .nested : .fixed }
}
