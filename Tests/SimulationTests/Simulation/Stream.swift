import Monitoring
import Records
import Reference
import Rules
import Service
import TestSupport
import Windowing

/// What a simulated monitor reads, and all it must come to.
struct Stream {
  let plan: Plan
  let references: References
  /// The events of each partition of the source.
  let partitions: [[String]]

  struct BadFiles: Error { var report: String }

  /// The monitor of all simulated streams: the reference is learned once.
  private static let monitor = Result { try check(HostileStream.monitor) }

  private static let profile = Result {
    try Rows(HostileStream.reference).learn(points: 100, time: "at").profile
  }

  private static func check(_ text: String) throws -> (plan: Plan, references: References) {
    let profile = try profile.get()
    let schema = ReferenceSchema(
      fields: profile.fields.map {
        ReferenceSchema.Field(name: $0.name, kind: $0.kind, hasNatural: false)
      },
      timeField: "at",
      timeUnit: profile.time?.unit
    )
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: text + "\nidle_after: off"),
      rules: [SourceText(file: "rules.yaml", text: HostileStream.rules)],
      schema: schema
    )
    guard let plan = result.plan else { throw BadFiles(report: result.report) }
    return (plan: plan, references: References(profile))
  }

  /// The stream of a seed.
  ///
  /// - Parameters:
  ///   - seed: Decides everything.
  ///   - count: Partitions.
  ///   - lines: Events.
  ///   - editing: A text of the monitor's file, and what stands there instead.
  /// - Throws: What is wrong with the monitor's files.
  init(
    seed: UInt64,
    partitions count: Int,
    lines: Int,
    editing: (String, String)? = nil
  ) throws {
    (plan, references) =
      try editing.map { try Self.check(HostileStream.monitor.replacing($0.0, with: $0.1)) }
      ?? Self.monitor.get()
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: count)
    for line in HostileStream.lines(seed: seed, count: lines, step: 60) {
      partitions[Int.random(in: 0..<count, using: &random)].append(line)
    }
    self.partitions = partitions
  }

  /// A stream of given events.
  init(partitions: [[String]]) throws {
    (plan, references) = try Self.monitor.get()
    self.partitions = partitions
  }

  /// What comes of the whole input without log, stages, commits or faults, by output.
  func expected(trust: PartitionClock.Trust = .producers) -> [Output: [OutputRecord]] {
    var collector = Collector(plan: plan, references: references)
    collector.partitionCounts = [partitions.count]
    var decoder = JSONRecordDecoder(
      fields: collector.layout.requests,
      known: collector.layout.known
    )
    for (index, lines) in partitions.enumerated() {
      let handle = collector.assign(topic: 0, partition: index)
      collector.setTrust(trust, handle)
      var (batch, columns) = (RecordBatch(), ColumnBatch())
      for (offset, line) in lines.enumerated() {
        let bytes = Array(line.utf8)
        batch.append(payload: bytes.isEmpty ? nil : bytes.span, offset: Int64(offset))
      }
      decoder.decode(batch, into: &columns)
      collector.ingest(columns, of: batch, handle: handle)
    }
    let delta = collector.takeDelta()
    var evaluator = Evaluator(plan: plan, references: references)
    evaluator.fold(delta)
    let writer = EventWriter(plan: plan, references: references)
    let records =
      evaluator.advance().map { writer.record($0) } + delta.deadLetters.map { writer.record($0) }
    return Dictionary(grouping: records, by: \.output)
  }
}
