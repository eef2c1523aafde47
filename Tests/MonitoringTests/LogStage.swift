import TestSupport
import Testing

@testable import Monitoring

/// Stage 2 behind a log in memory, into which several collectors write at once.
///
/// Which record comes next is drawn; so is when the evaluator dies, and another one goes on from
/// the last snapshot. What the dead one had said after that snapshot is forgotten and said again.
struct LogStage {
  static let lineage: UInt64 = 7

  private let world: World
  private let layout: StateLayout
  private var random: SplitMix64
  private var log: [[UInt8]] = []
  private var evaluator: LogEvaluator
  private var outcomes: [Outcome] = []
  private var snapshot: (bytes: [UInt8], outcomes: Int)?
  private var writers: [Writer]

  /// A collector's side: what it has written and the log has not taken yet.
  private struct Writer {
    var incarnation: UInt64 = 1
    var sequence: UInt64 = 0
    var queue: [[UInt8]] = []
  }

  init(_ world: World, collectors: Int, seed: UInt64) {
    self.world = world
    layout = StateLayout(plan: world.plan, references: world.references, limits: world.limits)
    random = SplitMix64(seed: seed)
    evaluator = Self.evaluator(world)
    writers = Array(repeating: Writer(), count: collectors)
  }

  static func evaluator(_ world: World) -> LogEvaluator {
    LogEvaluator(
      versions: [world.version()],
      lineage: lineage,
      offset: 0,
      limits: world.limits
    )
  }

  /// One evaluator lives through a whole log, the other is another one after each record: both say
  /// the same, and hold the same.
  ///
  /// - Parameters:
  ///   - world: What is monitored.
  ///   - seed: Of the log.
  ///   - count: Events in the log.
  ///   - look: Sees the first one after each record.
  ///   - location: Of the test.
  /// - Returns: The number of records written.
  /// - Throws: `BadEncoding` where a snapshot cannot be restored.
  static func expectEveryPrefixRestores(
    _ world: World,
    seed: UInt64 = 1,
    count: Int,
    _ look: (LogEvaluator) -> Void = { _ in },
    _ location: SourceLocation = #_sourceLocation
  ) throws -> Int {
    var (whole, restored) = (evaluator(world), evaluator(world))
    var written = 0
    for (offset, record) in HostileLog.records(world, seed: seed, count: count).enumerated() {
      let place = Comment("seed \(seed), record \(offset)")
      let expected = whole.take(record, at: Int64(offset)).map(\.record)
      let found = restored.take(record, at: Int64(offset)).map(\.record)
      #expect(found == expected, place, sourceLocation: location)
      written += expected.count
      let snapshot = whole.snapshot()
      #expect(restored.snapshot() == snapshot, place, sourceLocation: location)
      restored = evaluator(world)
      try restored.restore(snapshot)
      let isSame = restored.tally == whole.tally && restored.position == whole.position
      #expect(isSame && restored.offset == Int64(offset) + 1, place, sourceLocation: location)
      look(whole)
    }
    return written
  }

  /// Writes one delta of each collector; the log takes some of it now.
  mutating func commit(_ deltas: [Delta]) {
    for (index, delta) in deltas.enumerated() { write(delta, index) }
    let waiting = writers.reduce(0) { $0 + $1.queue.count }
    for _ in 0..<Int.random(in: 0...waiting, using: &random) { takeNext() }
  }

  /// Ends the collectors: some of what was not committed stands in the log, without its end.
  mutating func kill(_ deltas: [Delta]) {
    for (index, delta) in deltas.enumerated() {
      let pieces = write(delta, index)
      let lost = Int.random(in: 1...pieces, using: &random)
      writers[index].queue.removeLast(lost)
      writers[index].incarnation += 1
      writers[index].sequence = 0
    }
  }

  @discardableResult
  private mutating func write(_ delta: Delta, _ index: Int) -> Int {
    let name = CollectorName(
      lineage: Self.lineage,
      instance: "collector \(index)",
      incarnation: writers[index].incarnation
    )
    writers[index].sequence += 1
    let commit = Commit(deltas: [(layout.identity, delta)])
    let records = PartialsWriter(collector: name)
      .records(of: commit, sequence: writers[index].sequence)
    writers[index].queue += records
    return records.count
  }

  private mutating func takeNext() {
    let waiting = writers.indices.filter { !writers[$0].queue.isEmpty }
    guard let index = waiting.randomElement(using: &random) else { return }
    log.append(writers[index].queue.removeFirst())
    take(log.count - 1)
    if Int.random(in: 0..<20, using: &random) == 0 {
      snapshot = (evaluator.snapshot(), outcomes.count)
    }
    if Int.random(in: 0..<25, using: &random) == 0 { replaceEvaluator() }
  }

  private mutating func take(_ offset: Int) {
    outcomes += evaluator.take(log[offset], at: Int64(offset)).map(\.outcome)
  }

  private mutating func replaceEvaluator() {
    evaluator = Self.evaluator(world)
    var kept = 0
    if let snapshot, (try? evaluator.restore(snapshot.bytes)) != nil { kept = snapshot.outcomes }
    outcomes.removeLast(outcomes.count - kept)
    for offset in Int(evaluator.offset)..<log.count { take(offset) }
  }

  /// Takes all that is left.
  mutating func end() -> ([Outcome], StreamTally) {
    while writers.contains(where: { !$0.queue.isEmpty }) { takeNext() }
    return (outcomes, evaluator.tally)
  }
}
