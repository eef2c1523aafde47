import KafkaClient
import Monitoring
import Records
import Service
import TestSupport
import Testing

/// What becomes of the deltas' log does not stay unsaid: whatever is missing, doubled, moved or
/// visible that should not be, either changes nothing or is a violation.
@Suite struct LogAuditTests {
  private struct Verdict {
    var outputs: [OutputRecord]
    var violations: UInt64
  }

  private static func evaluate(_ records: [[UInt8]], of stream: Stream) -> Verdict {
    var evaluator = LogEvaluator(
      versions: [MonitorVersion(plan: stream.plan, references: stream.references)],
      lineage: SimulatedProcess.lineage,
      offset: 0
    )
    var outputs: [OutputRecord] = []
    for (offset, record) in records.enumerated() {
      outputs += evaluator.take(record, at: Int64(offset)).map(\.record)
    }
    return Verdict(outputs: outputs, violations: evaluator.tally.violations)
  }

  /// The windows that are wrong without a word of it, or all that is written where it should be
  /// another.
  ///
  /// What is missing at the end of the log is not wrong yet: it may still come.
  private static func unsaid(_ verdict: Verdict, _ expected: [OutputRecord]) -> [String] {
    guard verdict.violations > 0 else {
      return expected.starts(with: verdict.outputs) ? [] : ["all"]
    }
    let found = WindowTable(verdict.outputs.compactMap(\.value))
    return found.unsaid(WindowTable(expected.compactMap(\.value)))
  }

  private static func log(of world: Simulation) -> [[UInt8]] {
    world.broker.committedRecords(world.names.partials, 0).compactMap(\.value)
  }

  private static func world(_ seed: UInt64) throws -> (Simulation, [OutputRecord]) {
    let stream = try Stream(seed: seed, partitions: 3, lines: 150)
    let world = try Simulation(stream, seed: seed)
    try world.run(steps: 300)
    #expect(world.differences() == [])
    return (world, evaluate(log(of: world), of: stream).outputs)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func noRecordIsLostDoubledOrMovedInSilence(seed: UInt64) throws {
    let (world, expected) = try Self.world(seed)
    let records = Self.log(of: world)
    #expect(expected.count > 20 && records.count > 20)
    var caught = (dropped: 0, doubled: 0, moved: 0)
    for index in records.indices {
      var dropped = records
      dropped.remove(at: index)
      let verdict = Self.evaluate(dropped, of: world.stream)
      #expect(Self.unsaid(verdict, expected) == [], "without record \(index)")
      caught.dropped += verdict.violations > 0 ? 1 : 0
      var doubled = records
      doubled.insert(records[index], at: index)
      #expect(
        Self.unsaid(Self.evaluate(doubled, of: world.stream), expected) == [],
        "\(index) twice"
      )
      guard index > 0 else { continue }
      var moved = records
      moved.swapAt(index, index - 1)
      #expect(Self.unsaid(Self.evaluate(moved, of: world.stream), expected) == [], "\(index) moved")
    }
    // All but what is missing at the very end is noticed.
    #expect(caught.dropped > records.count / 2)
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func recordsOfAbortedTransactionsAreNoticedWhereTheyAreRead(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 2, lines: 120)
    let world = try Simulation(stream, seed: seed, faultRate: 0.08)
    try world.run(steps: 400)
    let expected = Self.evaluate(Self.log(of: world), of: stream).outputs
    let all = world.broker.allRecords(world.names.partials, 0).compactMap(\.value)
    #expect(Self.unsaid(Self.evaluate(all, of: stream), expected) == [])
  }

  /// A commit or an abort that arrives late and hits the next transaction of the same producer, as
  /// Jepsen found that Kafka's protocol allows.
  @Test(arguments: 0..<150 as Range<UInt64>)
  func tornTransactionsAreNoticed(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 2, lines: 120)
    let world = try Simulation(stream, seed: seed, faultRate: 0.1, tears: true)
    try world.run(steps: 400)
    let written = stream.expected().filter { $0.key != .deadLetters }.values.flatMap(\.self)
    let verdict = Self.evaluate(Self.log(of: world), of: stream)
    guard verdict.violations == 0 else {
      let table = WindowTable(verdict.outputs.compactMap(\.value))
      return #expect(table.unsaid(WindowTable(written.compactMap(\.value))) == [])
    }
    #expect(Self.sorted(verdict.outputs) == Self.sorted(written))
  }

  private static func sorted(_ outputs: [OutputRecord]) -> [String] {
    outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) }.sorted()
  }
}
