import Sketches
import TestSupport

@testable import Monitoring

/// Writes deltas as the records of a log, and puts them together again.
struct Commits {
  let world: World
  let layout: StateLayout
  var assembler = CommitAssembler()

  static let lineage: UInt64 = 7

  init(_ world: World) {
    self.world = world
    layout = StateLayout(plan: world.plan, references: world.references, limits: world.limits)
  }

  static func name(_ instance: String = "a", lineage: UInt64 = lineage) -> CollectorName {
    CollectorName(lineage: lineage, instance: instance, incarnation: 1)
  }

  func records(
    _ delta: Delta,
    _ sequence: UInt64 = 1,
    by name: CollectorName = name()
  ) -> [[UInt8]] {
    PartialsWriter(collector: name)
      .records(of: Commit(deltas: [(layout.identity, delta)]), sequence: sequence)
  }

  /// The commits that records complete.
  mutating func take(_ records: [[UInt8]]) -> [Delta] {
    records.compactMap { assembler.take($0, layouts: [layout], lineage: Self.lineage) }
      .compactMap { $0[layout.identity] }
  }

  /// Repeats, torn, foreign, unreadable.
  var oddities: [UInt64] {
    let found = assembler.oddities
    return [found.repeats, found.torn, found.foreign, found.unreadable]
  }

  /// What a collector hands over of these lines, without dead letters: they do not go this way.
  static func delta(_ world: World, _ lines: [String]) -> Delta {
    var collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    collector.partitionCounts = [3]
    let handle = collector.assign(topic: 0, partition: 0)
    collector.ingest(lines, handle: handle)
    var delta = collector.takeDelta()
    delta.deadLetters = []
    return delta
  }
}
