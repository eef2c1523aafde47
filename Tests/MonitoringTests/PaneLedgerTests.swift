import Records
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Where the records of closed panes stand: all of it that a request needs, in bounded memory.
@Suite struct PaneLedgerTests {
  private static func cover(_ topic: Int, _ partition: Int, _ offsets: Range<Int64>) -> OffsetCover
  {
    OffsetCover(
      topic: topic,
      partition: partition,
      start: offsets.lowerBound,
      end: offsets.upperBound,
      watermark: nil
    )
  }

  private static func text(_ covers: [OffsetCover]) -> [String] {
    covers.map { "\($0.topic)-\($0.partition) \($0.start)..<\($0.end)" }
  }

  private static func ledger(_ covers: [Int64: [OffsetCover]], limits: Limits = Limits())
    -> PaneLedger
  {
    var ledger = PaneLedger(limits: limits)
    for (pane, covers) in covers.sorted(by: { $0.key < $1.key }) {
      ledger.enter(PaneLedger.Page(pane: pane, records: 1, covers: covers))
    }
    return ledger
  }

  /// By a list of all offsets.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func aSelectionIsTheSmallestCoverAndWhatIsForeignInIt(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var pages: [Int64: [OffsetCover]] = [:]
    var owned: [Int: [Int64: Set<Int64>]] = [:]
    for partition in 0..<6 {
      for _ in 0..<Int.random(in: 0..<8, using: &random) {
        let (pane, start) = (
          Int64.random(in: 0..<12, using: &random), Int64.random(in: 0..<60, using: &random)
        )
        let cover = Self.cover(partition / 3, partition % 3, start..<start + 7)
        pages[pane, default: []].merge([cover])
      }
      for (pane, covers) in pages {
        for cover in covers where cover.topic * 3 + cover.partition == partition {
          owned[partition, default: [:]][pane] = Set(cover.start..<cover.end)
        }
      }
    }
    let ledger = Self.ledger(pages)
    let panes: [Range<Int64>] = [1..<4, 4..<5, 8..<11]
    let found = ledger.selection(of: panes, excludedRuns: 100)
    var (covers, excluded): ([String], [String]) = ([], [])
    for partition in 0..<6 {
      let name = "\(partition / 3)-\(partition % 3)"
      let all = (owned[partition] ?? [:]).reduce(into: Set<Int64>()) { all, entry in
        if panes.contains(where: { $0.contains(entry.key) }) { all.formUnion(entry.value) }
      }
      guard let first = all.min(), let last = all.max() else { continue }
      covers.append("\(name) \(first)..<\(last + 1)")
      var run: Int64?
      for offset in first...last {
        if all.contains(offset) {
          if let start = run { excluded.append("\(name) \(start)..<\(offset)") }
          run = nil
        } else {
          run = run ?? offset
        }
      }
    }
    #expect(Self.text(found.covers) == covers)
    #expect(Self.text(found.excluded) == excluded)
    #expect(found.rows == ledger.records(of: panes))
    #expect(found.rows == UInt64(pages.keys.count { pane in panes.contains { $0.contains(pane) } }))
    let few = ledger.selection(of: panes, excludedRuns: 2)
    #expect(Self.text(few.excluded) == Array(excluded.prefix(2)))
  }

  /// A cover that knows of a clock comes back as it was.
  @Test func nothingIsLostOfACover() {
    for (ahead, far, broker) in [(0, 0, nil), (1, 3, 7), (2, 250, 0)] as [(Int, Int, Int64?)] {
      var cover = Self.cover(1, 70_000 - 5_000, 3..<9)
      cover.watermark = ahead == 0 ? nil : Timestamp(microseconds: -5)
      cover.before = CoverStart(
        clock: PartitionClock.Start(
          watermark: cover.watermark,
          recent: 64,
          ahead: (0..<ahead).map {
            PartitionClock.Start.Ahead(place: 9 + $0, time: Timestamp(microseconds: Int64($0)))
          },
          farPanes: (0..<Int64(far)).map { 1_000 + $0 }
        ),
        timeUnit: far == 0 ? nil : .rfc3339,
        trust: far == 0 ? nil : .producers,
        brokerMilliseconds: broker
      )
      #expect(RememberedCover(cover).cover == cover)
      #expect(RememberedCover(cover).bytes == 72 + (far == 0 ? 0 : 32 + 8 * far))
      #expect(
        cover.bytes == 112 + (ahead == 0 ? 0 : 32 + 16 * ahead) + (far == 0 ? 0 : 32 + 8 * far)
      )
    }
    #expect(OffsetCover.mostBytes == 112 + 32 + 16 * 2 + 32 + 8 * 250)
    let plain = Self.cover(0, 1, 2..<3)
    #expect(RememberedCover(plain).cover == plain)
  }

  /// What the bytes have no room for is not remembered, the oldest first; what is left knows it.
  @Test func itTakesNoMoreThanItMay() throws {
    let world = try Hourly.world()
    let covers = (0..<100).map { Self.cover(0, $0, 0..<5) }
    let page = 32 + 32 + 100 * 72
    #expect(PaneLedger.Page(pane: 0, records: 1, covers: covers).bytes == page)
    #expect(PaneLedger.Page.bytes(covers: 100) == page)
    var limits = Limits()
    limits.rememberedBytes = 3 * page + 71
    var ledger = Self.ledger(
      Dictionary(uniqueKeysWithValues: (0..<5).map { (Int64($0), covers) }),
      limits: limits
    )
    #expect(ledger.pages.map(\.pane) == [2, 3, 4])
    #expect(ledger.firstPane == 2 && ledger.bytes == 3 * page)
    // What came too late takes room, too.
    var pane = Collector(plan: world.plan, references: world.references)
    let handle = pane.assign(topic: 0, partition: 0)
    pane.ingest([Hourly.event(0.1)], handle: handle)
    let state = try #require(pane.takeDelta().panes.first?.state)
    ledger.leaveOut(pane: 4, state: state)
    #expect(ledger.pages.map(\.pane) == [3, 4] && ledger.bytes == 2 * page + 32 + 72)
    ledger.forget(before: 4)
    #expect(ledger.pages.map(\.pane) == [4] && ledger.bytes == page + 32 + 72)
    #expect(ledger.records(of: [0..<9]) == 1)
  }

  /// A hundred partitions are remembered for nearly as many panes as there may be.
  @Test func itsMemoryIsPartOfTheState() throws {
    let world = try Hourly.world()
    let size = StateSize(world.plan, world.references)
    #expect(size.rememberedBytes == 64 << 20 && size.rememberedPanes == 10_000)
    #expect(size.rememberedPartitions == 92 && size.rememberedFailures == nil)
    // Which windows have failed is remembered for triggers, too.
    let watched = try Hourly.world(
      rules: """
        version: 1
        rules: [{ name: Few, expect: count > 3 }]
        triggers: [{ name: Retrain, when: firing(Few) }]
        """
    )
    let more = StateSize(watched.plan, watched.references)
    #expect(more.rememberedBytes == 128 << 20 && more.rememberedFailures == 10_000)
    // three panes, sixteen versions told apart, one for the rest and one for none
    #expect(size.bytesPerPartition == 3 * 18 * 2_208)
    // the points of one field, and where the records of one partition stand
    #expect(size.bytesPerPane == 201 * 8 + 256 + 2_208)
  }

  /// The first record that goes decides, of those of which it is known when they go.
  @Test func aSelectionExpiresWithItsFirstRecord() {
    func cover(_ topic: Int, _ partition: Int, written: Int64?) -> OffsetCover {
      var cover = Self.cover(topic, partition, 0..<5)
      cover.before = CoverStart(
        clock: PartitionClock.Start(watermark: nil, recent: 0, ahead: [], farPanes: []),
        timeUnit: nil,
        trust: nil,
        brokerMilliseconds: written
      )
      return cover
    }
    var ledger = Self.ledger([
      3: [cover(0, 0, written: 2_000), cover(0, 1, written: 1_000), cover(1, 0, written: 5)],
      4: [cover(0, 0, written: nil), cover(1, 1, written: nil)],
    ])
    func expires(_ retention: [Int64?], _ panes: Range<Int64> = 3..<4) -> Int64? {
      ledger.retention = retention
      return ledger.selection(of: [panes], excludedRuns: 9).expires?.microseconds
    }
    #expect(expires([5_000, nil]) == 6_000_000)
    #expect(expires([5_000, 0]) == 5_000)
    #expect(expires([nil, nil]) == nil && expires([]) == nil)
    #expect(expires([.max, .max / 1_000]) == nil)
    #expect(expires([5_000, 5_000], 4..<5) == nil)
  }
}
