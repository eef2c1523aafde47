import Testing

@testable import Service

/// Snapshots in pieces, whole, torn and of others.
@Suite struct SnapshotChunksTests {
  private static func pieces(_ text: String, _ number: UInt64, lineage: UInt64 = 1) -> [[UInt8]] {
    SnapshotChunks.records(of: Array(text.utf8), number: number, lineage: lineage, size: 2)
      .map(\.value)
  }

  private static func taken(_ records: [[UInt8]]) -> SnapshotChunks {
    var chunks = SnapshotChunks(lineage: 1)
    for record in records { chunks.take(record) }
    return chunks
  }

  @Test func keysNameTheLineageAndTakeTurns() {
    let keys = [3, 4].map { number in
      SnapshotChunks.records(of: [1, 2, 3], number: number, lineage: 255, size: 2).map {
        String(decoding: $0.key, as: UTF8.self)
      }
    }
    #expect(keys == [["ff/odd/0", "ff/odd/1"], ["ff/even/0", "ff/even/1"]])
  }

  @Test func theNewestWholeOneCounts() {
    let chunks = Self.taken(Self.pieces("first", 1) + Self.pieces("second", 2).dropLast())
    #expect(chunks.newest == Array("first".utf8))
    let both = Self.taken(Self.pieces("first", 1) + Self.pieces("second", 2))
    #expect(both.newest == Array("second".utf8))
    #expect(both.nextNumber == 3)
  }

  @Test func othersAreNotLookedAt() {
    let chunks = Self.taken(Self.pieces("mine", 1) + Self.pieces("theirs", 8, lineage: 2))
    #expect(chunks.newest == Array("mine".utf8))
    #expect(chunks.nextNumber == 2 && chunks.unreadable == 0)
  }

  @Test func theKeysOfTheOnlyWholeOneAreNotWrittenOver() {
    let torn = Self.pieces("torn", 6).dropLast()
    #expect(Self.taken(Self.pieces("whole", 5) + torn).nextNumber == 8)
    #expect(Self.taken(Self.pieces("whole", 5) + Self.pieces("torn", 7).dropLast()).nextNumber == 8)
    #expect(Self.taken(Array(torn)).nextNumber == 7)
    #expect(Self.taken([]).nextNumber == 1)
  }

  @Test func moreThanAnyStateNeedsIsNotHeld() {
    for (size, taken) in [(8_192, true), (8_193, false)] {
      let bytes = [UInt8](repeating: 7, count: size)
      let records = SnapshotChunks.records(of: bytes, number: 1, lineage: 1, size: 1).map(\.value)
      let chunks = Self.taken(records)
      #expect(chunks.newest == (taken ? bytes : nil))
      #expect(chunks.unreadable == (taken ? 0 : size))
    }
  }

  @Test func atMostTwoAreOpen() {
    let torn = (2...9).flatMap { Self.pieces("torn\($0)", $0).dropLast() }
    var chunks = Self.taken(Self.pieces("whole", 1) + torn)
    for record in Self.pieces("torn2", 2).suffix(1) { chunks.take(record) }
    #expect(chunks.newest == Array("whole".utf8))
    for record in Self.pieces("torn8", 8).suffix(1) { chunks.take(record) }
    #expect(chunks.newest == Array("torn8".utf8))
    for record in Self.pieces("torn9", 9).suffix(1) { chunks.take(record) }
    #expect(chunks.newest == Array("torn9".utf8))
  }

  @Test func whatIsNoPieceIsCounted() {
    let strange = Self.pieces("a", 1 << 62) + [[], [1, 2, 3], Array("LWC".utf8)]
    #expect(Self.taken(strange).unreadable == 4)
    #expect(Self.taken(strange).nextNumber == 1)
  }
}
