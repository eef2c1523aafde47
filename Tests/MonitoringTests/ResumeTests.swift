import Monitoring
import Records
import TestSupport
import Testing

/// A process killed at any batch goes on where it must: the same windows, with the same ids.
@Suite struct ResumeTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func windowsAreTheSameWhateverTheKills(seed: UInt64) throws {
    let world = try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: 3)
    for line in HostileStream.lines(seed: seed, count: 2_000) {
      partitions[Int.random(in: 0..<3, using: &random)].append(line)
    }
    let expected = world.run(partitions)
    let lifetime = Int.random(in: 150...300, using: &random)
    let killed = world.runKilled(partitions, every: lifetime, batch: 7)
    #expect(windows(killed) == windows(expected))
    #expect(windows(expected).count > 20)
  }

  @Test func whatAPartitionSaysAfterItsSilenceIsLateAlsoAfterARestart() throws {
    let world = try World(monitor: HostileStream.monitor, reference: HostileStream.reference)
    var collector = Collector(plan: world.plan, profile: world.profile)
    let event = HostileStream.event(second: 0, amount: "1", color: "null", model: "null")
    let hourLater = Timestamp(microseconds: (1_600_000_000 + 7_200) * 1_000_000)
    let silence = CatchUp(offset: 2, closedThrough: hourLater)
    let handle = collector.assign(topic: 0, partition: 0, catchUp: silence)
    #expect(collector.catchUp(of: handle, closedThrough: hourLater) == silence)
    let layout = collector.layout
    var decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    let bytes = Array(event.utf8)
    for offset: Int64 in 0..<5 { batch.append(payload: bytes.span, offset: offset) }
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    #expect(collector.catchUp(of: handle, closedThrough: hourLater) == nil)
    let panes = collector.takeDelta().panes.map(\.state)
    #expect(panes.map(\.accounting.late).reduce(0, +) == 3)
    #expect(panes.flatMap(\.populations).map(\.population.records).reduce(0, +) == 2)
  }

  @Test func recordsThatAreOnlyCountedAreReadAgainToo() throws {
    let world = try World(monitor: HostileStream.monitor, reference: HostileStream.reference)
    var collector = Collector(plan: world.plan, profile: world.profile)
    let handle = collector.assign(topic: 0, partition: 0)
    let layout = collector.layout
    var decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    let lines = (0..<4).map { _ in
      HostileStream.event(second: 0, amount: "1", color: "null", model: "null")
    }
    for (offset, line) in (lines + ["{broken"]).enumerated() {
      let bytes = Array(line.utf8)
      batch.append(payload: bytes.span, offset: Int64(offset))
    }
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    collector.finish(before: .max)
    #expect(collector.resumePoint(of: handle).offset == 5)
    batch.removeAll()
    let broken = Array("{broken".utf8)
    batch.append(payload: broken.span, offset: 5)
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    #expect(collector.resumePoint(of: handle).offset == 5)
  }

  /// The windows' records, each once: what a consumer sees that drops ids it has seen.
  private func windows(_ run: World.Run) -> [String] {
    var seen: Set<String> = []
    return zip(run.records, run.text).compactMap { record, text in
      record.output == .windows && seen.insert(text).inserted ? text : nil
    }
  }
}
