import BenchmarkSupport
import Monitoring
import Records
import Reference
import Rules
import TestSupport
import Windowing

/// What closing a window of many fields costs: statistics, rules, and its record.
enum ClosingCost {
  private static let fields = 1000
  private static let rows = 1000

  /// What it may take, in milliseconds.
  private static let limit = 200.0

  private static let monitor = """
    version: 1
    monitor: wide
    source: { topics: [events] }
    fields: { time: at }
    reference: reference.json
    window: { size: 1h }
    """

  private static let rules = """
    version: 1
    budget: 1 per 30d
    rules:
      - name: Stable
        each: features
        expect: drift < 0.1
      - name: Shape
        each: features
        expect: psi < 0.2
      - name: Complete
        each: features
        expect: missing < 5%
    """

  static func all() throws -> [Row] {
    var random = SplitMix64(seed: 3)
    let reference = events(&random)
    let profile = try Rows(reference).learn(time: "at").profile
    let plan = try plan(profile)
    let references = References(profile)
    let evaluator = filled(plan, references, events(&random))
    let writer = EventWriter(plan: plan, references: references, limits: Limits())
    return [
      Row.cost(
        "close_1000_fields_milliseconds",
        in: .milliseconds,
        count: 1,
        limit: limit
      ) {
        var closing = evaluator
        let records = closing.advance().map { writer.record($0) }
        precondition(!records.isEmpty, "no window closed")
      }
    ]
  }

  /// Records of many numbers, all in one hour.
  private static func events(_ random: inout SplitMix64) -> [String] {
    (0..<rows).map { row in
      let members = (0..<fields).map { "\"x\($0)\":\(random.uniform())" }
      return "{\"at\":\(3600 + row),\(members.joined(separator: ","))}"
    }
  }

  private static func plan(_ profile: ReferenceProfile) throws -> Plan {
    let fields = profile.fields.map {
      ReferenceSchema.Field(name: $0.name, kind: $0.kind, hasNatural: false)
    }
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: [SourceText(file: "rules.yaml", text: rules)],
      schema: ReferenceSchema(fields: fields, timeField: "at", timeUnit: profile.time?.unit)
    )
    guard let plan = result.plan else { throw BadMonitor(description: result.report) }
    return plan
  }

  /// An evaluator that has yet to close the one window.
  private static func filled(
    _ plan: Plan,
    _ references: References,
    _ lines: [String]
  ) -> Evaluator {
    var collector = Collector(plan: plan, references: references, limits: Limits())
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    var decoder = JSONRecordDecoder(
      fields: collector.layout.requests,
      known: collector.layout.known
    )
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    for (offset, line) in lines.enumerated() {
      batch.append(payload: Array(line.utf8).span, offset: Int64(offset))
    }
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    collector.end(handle)
    var evaluator = Evaluator(plan: plan, references: references, limits: Limits())
    evaluator.fold(collector.takeDelta())
    return evaluator
  }

  private struct BadMonitor: Error, CustomStringConvertible {
    var description: String
  }
}
