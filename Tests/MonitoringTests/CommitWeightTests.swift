import Records
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What a collector counts between two commits: no batch makes it more.
@Suite struct CommitWeightTests {
  /// Reads lines as one batch until enough is counted.
  private func take(
    _ lines: [String],
    _ world: World,
    otherBytes: Int = 0
  ) -> (collector: Collector, count: Int) {
    var collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    collector.otherBytes = otherBytes
    let handle = collector.assign(topic: 0, partition: 0)
    collector.setTrust(.broker, handle)
    var decoder = JSONRecordDecoder(
      fields: collector.layout.requests,
      known: collector.layout.known
    )
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    for (offset, line) in lines.enumerated() {
      batch.append(payload: Array(line.utf8).span, offset: Int64(offset))
    }
    decoder.decode(batch, into: &columns)
    let taken = collector.ingest(columns, of: batch, handle: handle, stopsWhenHeavy: true)
    return (collector, taken.count)
  }

  @Test func aBatchOfManyPanesIsLeftWhereACommitIsFull() throws {
    let world = try Hourly.world()
    let lines = (0..<200).flatMap { hour in [0.1, 0.2].map { Hourly.event(Double(hour) + $0) } }
    var (collector, count) = take(lines, world)
    #expect(count == 127 && collector.place(of: 0).offset == 127)
    #expect(collector.isHeavy)
    let delta = collector.takeDelta()
    #expect(delta.panes.count == 64 && delta.counted == 127 && delta.progress[0].read == 127)
    #expect(!collector.isHeavy)
  }

  @Test func aBatchOfManyVersionsIsLeftWhereACommitIsFull() throws {
    var world = try Hourly.world()
    let lines = (0..<20).flatMap { hour in
      (0..<16).map { Hourly.event(Double(hour), model: "\($0)") }
    }
    let bytes = take([], world).collector.populationBytes
    world.limits.commitBytes = 40 * bytes
    #expect(take(lines, world).count == 40)
    // Two layouts count the same records: what they take together counts.
    #expect(take(lines, world, otherBytes: 3 * bytes).count == 10)
    world.limits.commitBytes = 1
    #expect(take(lines, world).count == 5)
  }

  /// Names of any length come with records.
  @Test func versionsWithLongNamesAreNotToldApart() throws {
    let world = try Hourly.world()
    let names = [1_024, 1_025, 2_000].map { String(repeating: "v", count: $0) }
    var (collector, _) = take(names.map { Hourly.event(0.1, model: $0) }, world)
    let entries = collector.takeDelta().panes[0].state.entries
    #expect(entries.map { $0.version?.bytes.count } == [9, 1_024])
    #expect(entries.map(\.population.records) == [2, 1])
  }
}
