import Sketches
import TestSupport
import Windowing

@testable import Monitoring

/// A chain of versions, and one collector that counts for as many of them as it knows.
struct VersionScene {
  private(set) var chain: VersionChain
  private let versions: [MonitorVersion]
  private var lanes: [(version: MonitorVersion, collector: Collector)] = []
  private var known = MonitorVersion.first + 1

  /// All versions are published, and none but the first is known to the collector.
  ///
  /// - Parameters:
  ///   - versions: By increasing numbers.
  ///   - partition: The one that its collector reads.
  ///   - count: Partitions that there are.
  ///   - trust: Who gives the records their times.
  init(
    _ versions: [MonitorVersion],
    partition: Int = 0,
    of count: Int = 1,
    trust: PartitionClock.Trust = .broker
  ) {
    self.versions = versions
    chain = VersionChain(versions, known: .max, limits: Limits())
    let first = versions[0]
    var collector = Collector(plan: first.plan, references: first.references)
    collector.partitionCounts = [count, 0]
    let handle = collector.assign(topic: 0, partition: partition)
    collector.setTrust(trust, handle)
    lanes = [(first, collector)]
  }

  /// From here on the collector counts for all versions below a number.
  mutating func count(known: Int64) {
    self.known = known
    for version in versions where version.number < known {
      guard !lanes.contains(where: { $0.version.layout == version.layout }) else { continue }
      var collector = Collector(plan: version.plan, references: version.references)
      collector.continue(lanes[0].collector)
      lanes.append((version, collector))
    }
  }

  /// Lets the chain know what was said to its triggers.
  mutating func learn(_ messages: [RetrainMessage]) {
    chain.learn(versions, [], messages, known: .max)
  }

  /// Another chain goes on from what this one remembers.
  mutating func restart(_ messages: [RetrainMessage]) throws {
    var writer = ByteWriter()
    chain.encode(into: &writer)
    var restored = VersionChain(versions, [], messages, known: .max, limits: Limits())
    var reader = ByteReader(writer.bytes)
    try restored.restore(from: &reader)
    try reader.finish()
    chain = restored
  }

  /// What the collector makes of these lines.
  mutating func commit(_ lines: [String]) -> Commit {
    var commit = Commit(known: known, deltas: [])
    for index in lanes.indices {
      lanes[index].collector.ingest(lines, handle: 0)
      commit.deltas.append(
        (lanes[index].version.layout.identity, lanes[index].collector.takeDelta())
      )
    }
    return commit
  }

  /// Hands on what it makes of them.
  mutating func fold(_ lines: [String]) -> [Judged] { hand(commit(lines)) }

  /// Hands on what somebody's collector made of something.
  mutating func hand(_ commit: Commit) -> [Judged] {
    chain.fold(commit)
    return chain.advance()
  }
}
