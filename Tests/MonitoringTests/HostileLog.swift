import TestSupport
import Windowing

@testable import Monitoring

/// A log of partials with everything in it that a state can hold: commits of three collectors
/// mixed, some lost, torn or doubled, silences, alerts that wait, fire and resolve.
enum HostileLog {
  static let rules = """
    version: 1
    rules:
      - { name: Stable, each: features, expect: drift < 0.2, for: 2 of 3 windows }
      - { name: Mean, expect: mean(amount) < 30, for: 2h }
      - { name: Enough, expect: count() >= 20, window: { size: 2h, every: 1h } }
      - { name: Complete, each: numeric, expect: missing < 20%, for: 30m, window: 15m }
      - name: Many
        expect: mean(amount) < 20
        window: { size: 30m, min_records: 150, at_most: 3h }
    triggers:
      - { name: Retrain, when: firing(Stable) >= 1, cooldown: 2h, min_records: 10 }
      - { name: Settled, when: firing(Mean) >= 1, settle: 2 windows }
    """

  static func world() throws -> World {
    var world = try World(
      monitor: HostileStream.monitor,
      rules: [rules],
      reference: Array(HostileStream.reference.prefix(300))
    )
    world.limits.emptyWindows = 2
    world.limits.rememberedPanes = 8
    return world
  }

  static func records(_ world: World, seed: UInt64, count: Int = 900) -> [[UInt8]] {
    var random = SplitMix64(seed: seed)
    let lines = HostileStream.lines(seed: seed, count: count).enumerated().map { index, line in
      // A silence of ten hours after each third of the stream.
      let hours = index * 3 / count * 10
      return line.replacing(/"at":(1[0-9]{9}),/) {
        "\"at\":\((Int($0.output.1) ?? 0) + hours * 3_600),"
      }
    }
    let commits = Commits(world)
    var collectors = (0..<3).map { partition in
      var collector = Collector(
        plan: world.plan,
        references: world.references,
        limits: world.limits
      )
      collector.partitionCounts = [3]
      _ = collector.assign(topic: 0, partition: partition)
      return collector
    }
    var queues = collectors.map { _ in [[UInt8]]() }
    var log: [[UInt8]] = []
    var (start, end, index) = (0, 0, 0)
    while end < lines.count {
      (start, end) = (end, min(lines.count, end + Int.random(in: 4...20, using: &random)))
      index = (index + Int.random(in: 1...2, using: &random)) % 3
      collectors[index].ingest(Array(lines[start..<end]), handle: 0)
      if Int.random(in: 0..<10, using: &random) == 0 { collectors[index].setIdle(0) }
      let name = Commits.name("\(index)")
      var records = commits.records(collectors[index].takeDelta(), UInt64(start + 1), by: name)
      // What is lost just before a silence would make all of it doubtful.
      let isDamaged = (start * 6 / lines.count).isMultiple(of: 2)
      switch isDamaged ? Int.random(in: 0..<9, using: &random) : 9 {
      case 0: records = []
      case 1: records.removeLast()
      case 2: records += records
      case 3: records.insert([0x4C, 0x57], at: 0)
      default: break
      }
      queues[index] += records
      for _ in 0..<records.count {
        guard
          let next = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random)
        else { break }
        log.append(queues[next].removeFirst())
      }
    }
    return log + queues.flatMap(\.self)
  }
}
