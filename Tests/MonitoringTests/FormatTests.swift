import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Files of each format version as they were first written.
///
/// They must be readable for ever, and what is written now must be the same bytes. A change here is
/// a new version; but for the eight bytes of the layout, and the checksum of what holds them: they
/// follow the reference's digest.
@Suite struct FormatTests {
  /// Two events of one hour and version, one of the next, one that is broken, and where it ends.
  private static let lines = [
    Hourly.event(0.1, value: 7, model: "1"), Hourly.event(0.2, value: 90, model: "1"), "{broken",
    Hourly.event(1.5),
  ]

  private func delta(_ world: World) -> (Delta, SourcePlace) {
    var collector = Collector(plan: world.plan, references: world.references)
    let handle = collector.assign(topic: 0, partition: 3)
    collector.partitionCounts = [4, 0]
    collector.setTrust(.broker, handle)
    collector.ingest(Self.lines, handle: handle)
    var delta = collector.takeDelta()
    (delta.wallSecond, delta.deadLetters) = (1_600_009_999, [])
    return (delta, collector.place(of: handle))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).compactMap { Int(String(UnicodeScalar($0)), radix: 16) }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }

  /// Broken into lines, as it stands below.
  private func expect(
    _ found: [UInt8],
    _ golden: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(hex(found) == golden.replacing("\n", with: ""), sourceLocation: location)
  }

  @Test func aCommitHasTheseBytes() throws {
    var commits = Commits(try Hourly.world())
    let (delta, _) = delta(commits.world)
    let records = commits.records(delta, 5)
    #expect(records.count == Self.commit.count)
    for (record, golden) in zip(records, Self.commit) { expect(record, golden) }
    let stored = Self.commit.map { bytes($0.replacing("\n", with: "")) }
    #expect(commits.take(stored) == [delta])
    // Versions before did not say what was known before a cover.
    var older = delta
    for pane in older.panes.indices {
      for entry in older.panes[pane].state.entries.indices {
        older.panes[pane].state.entries[entry].population.covers[0].before = nil
      }
    }
    for earlier in [Self.thirdCommit, Self.secondCommit] {
      var reader = Commits(commits.world)
      #expect(reader.take(earlier.map { bytes($0.replacing("\n", with: "")) }) == [older])
    }
    var first = Commits(commits.world)
    // Version 1 did not say how late the latest record was.
    var firstDelta = older
    firstDelta.progress[0].latest = nil
    #expect(
      first.take(Self.firstCommit.map { bytes($0.replacing("\n", with: "")) }) == [firstDelta]
    )
  }

  @Test func aSnapshotHasTheseBytes() throws {
    let world = try Hourly.world()
    var evaluator = LogStage.evaluator(world)
    for record in Commits(world).records(delta(world).0, 5) {
      _ = evaluator.take(record, at: evaluator.offset)
    }
    expect(evaluator.snapshot(), Self.snapshot)
    var restored = LogStage.evaluator(world)
    try restored.restore(bytes(Self.snapshot.replacing("\n", with: "")))
    #expect(restored.tally == evaluator.tally && restored.tally.read == 4)
  }

  @Test func aSourcePlaceHasTheseBytes() throws {
    var (_, place) = delta(try Hourly.world())
    place.clock.farPanes = [444_500, 444_777]
    expect(place.metadata, Self.place)
    let stored = bytes(Self.place.replacing("\n", with: ""))
    #expect(SourcePlace(offset: 4, metadata: stored) == place)
  }

  @Test func aNewerVersionIsRefusedWithAReason() throws {
    let world = try Hourly.world()
    let reason = "version 5 of the format, known is 4"
    var record = bytes(Self.commit[0].replacing("\n", with: ""))
    record[3] = 5
    var reader = ByteReader(record)
    #expect(throws: BadEncoding(reason, at: 3)) { try PartialHeader(from: &reader) }
    var commits = Commits(world)
    #expect(commits.take([record]) == [])
    #expect(commits.oddities == [0, 0, 0, 1])

    var snapshot = bytes(Self.snapshot.replacing("\n", with: ""))
    snapshot[3] = 9
    var evaluator = LogStage.evaluator(world)
    #expect(throws: BadEncoding("version 9 of the format, known is 8", at: 3)) {
      try evaluator.restore(snapshot)
    }

    var place = bytes(Self.place.replacing("\n", with: ""))
    place[0] = 2
    reader = ByteReader(place)
    #expect(throws: BadEncoding("version 2 of the format, known is 1", at: 0)) {
      try SourcePlace(offset: 4, from: &reader)
    }
  }

  @Test func othersBytesAreRefusedWithAReason() throws {
    let text = Array("{\"at\":1}".utf8)
    var reader = ByteReader(text)
    #expect(throws: BadEncoding("not a record of leeway", at: 0)) {
      try PartialHeader(from: &reader)
    }
    var evaluator = LogStage.evaluator(try Hourly.world())
    #expect(throws: BadEncoding("not a snapshot of leeway", at: 0)) { try evaluator.restore(text) }
  }

  /// As version 1 wrote it: without versions of the monitor.
  private static let firstCommit = [
    """
    4c57010107000000000000000161010000000000000005b2f063d74cbd1a030013baa0360000000c0100000000
    00000000000000
    """,
    """
    4c57010107000000000000000161010000000000000005b2f063d74cbd1a03012bbaa036010101310002000100
    0300040001010002020f01a501010200808080a0180080808080808080aa7f
    """,
    """
    4c57010107000000000000000161010000000000000005b2f063d74cbd1a03022cbca036010000010001000306
    080180a09f9cb5ccd70501010001010301010080808020008080808080808002
    """,
    """
    4c57020107000000000000000161010000000000000005b2f063d74cbd1a0303019edcf1f50b02040000000c00
    00000000000000000000000100030008040180a8b88bd8ccd70500000100837dd497bda1c4dc
    """,
  ]

  /// As version 2 wrote it: without saying whether a partition was read to its end.
  private static let secondCommit = [
    """
    4c57010207000000000000000161010000000000000005b2f063d74cbd1a030013baa0360000000c010000000000
    000000000000
    """,
    """
    4c57010207000000000000000161010000000000000005b2f063d74cbd1a03012bbaa03601010131000200010003
    00040001010002020f01a501010200808080a0180080808080808080aa7f
    """,
    """
    4c57010207000000000000000161010000000000000005b2f063d74cbd1a03022cbca03601000001000100030608
    0180a09f9cb5ccd70501010001010301010080808020008080808080808002
    """,
    """
    4c57020207000000000000000161010000000000000005b2f063d74cbd1a030003019edcf1f50b02040000000c00
    00000000000000000000000100030008040180a8b88bd8ccd7050180a8b88bd8ccd7050000010000b67df7d9cf4b
    b180
    """,
  ]

  /// As version 3 wrote it: without what was known before a cover.
  private static let thirdCommit = [
    """
    4c57010307000000000000000161010000000000000005b2f063d74cbd1a030013baa0360000000c0100000000
    00000000000000
    """,
    """
    4c57010307000000000000000161010000000000000005b2f063d74cbd1a03012bbaa036010101310002000100
    0300040001010002020f01a501010200808080a0180080808080808080aa7f
    """,
    """
    4c57010307000000000000000161010000000000000005b2f063d74cbd1a03022cbca036010000010001000306
    080180a09f9cb5ccd70501010001010301010080808020008080808080808002
    """,
    """
    4c57020307000000000000000161010000000000000005b2f063d74cbd1a030003019edcf1f50b02040000000c
    0000000000000000000000000100030008040180a8b88bd8ccd7050180a8b88bd8ccd705000001000000b6cc54
    9a3cd6f57b
    """,
  ]

  private static let commit = [
    """
    4c57010407000000000000000161010000000000000005b2f063d74cbd1a030013baa0360000000c0100000000
    00000000000000
    """,
    """
    4c57010407000000000000000161010000000000000005b2f063d74cbd1a030132baa036010101310002000100
    030004000100000001010001010002020f01a501010200808080a0180080808080808080aa7f
    """,
    """
    4c57010407000000000000000161010000000000000005b2f063d74cbd1a030233bca036010000010001000306
    080180a09f9cb5ccd7050101000001010001010001010301010080808020008080808080808002
    """,
    """
    4c57020407000000000000000161010000000000000005b2f063d74cbd1a030003019edcf1f50b020400000000
    0c0000000000000000000000000100030008040180a8b88bd8ccd7050180a8b88bd8ccd705000001000000b338
    939111ffbbc5
    """,
  ]

  private static let snapshot = """
    4c5753080801603216ff49c9436a00000000000107000000000000000161010000000000000005010001010147
    7368613235363a3431323138376630306166323036306630373430653831303938623138363832626662636234
    663833663639353161353862393161316636316563646636653300000403000000000c01000000000000000000
    000000019edcf1f50b000002baa03600000c010000000000000000000000010101310002000100030004000100
    000001010001010002020f01a501010200808080a0180080808080808080aa7fbca03600000c00000000000000
    0000000000010000010001000306080180a09f9cb5ccd705010100000101000101000101030101008080802000
    808080808080800200000c000000000000000000000000000004000000000000000000019edcf1f50b00010000
    0000000000019edcf1f50b000200000000000000019edcf1f50b000301080180a8b88bd8ccd7050180a8b88bd8
    ccd70500000000019edcf1f50b000000000000000000
    """

  private static let place = """
    010180a8b88bd8ccd705010002a8a136aa040101
    """
}
