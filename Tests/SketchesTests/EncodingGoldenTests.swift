import Sketches
import Testing

/// Bytes written by hand after the format's description: a change here is a new format.
@Suite("Encoding: the bytes of small states")
struct EncodingGoldenTests {
  @Test("counts at reference points: none, few, most")
  func referenceCounts() throws {
    for (cells, hex) in [
      ([0], "00"),
      ([7], "01 07"),
      ([0, 0, 0, 0, 0, 0, 0], "00"),
      ([0, 5, 0, 0, 300, 0, 0], "02 01 05 02 ac02"),
      ([1, 2, 0, 0, 0, 3, 0], "03 00 01 00 02 03 03"),
      ([1, 0, 2, 3, 0, 4, 128], "05 01 00 02 03 00 04 8001"),
    ] as [([UInt64], String)] {
      var state = ReferenceCounts(pointCount: cells.count / 2)
      for (cell, count) in cells.enumerated() { state.add(count, toCell: cell) }
      #expect(encoded(state.encode) == bytes(hex))
      let read = try decoded(bytes(hex)) {
        try ReferenceCounts(from: &$0, pointCount: cells.count / 2)
      }
      #expect(read == state)
    }
  }

  @Test("category counts: the unseen first")
  func categoryCounts() throws {
    var state = CategoryCounts(categoryCount: 3)
    #expect(encoded(state.encode) == bytes("00 00"))
    state.add(9, code: 0)
    state.add(2, code: nil)
    let hex = "02 01 00 09"
    #expect(encoded(state.encode) == bytes(hex))
    #expect(try decoded(bytes(hex)) { try CategoryCounts(from: &$0, categoryCount: 3) } == state)
  }

  @Test("completeness: values, mismatched, then the missing by kind")
  func completeness() throws {
    var state = Completeness()
    #expect(encoded(state.encode) == bytes("00"))
    state.recordValue(count: 200)
    state.recordMismatch()
    state.recordMissing(.nan, count: 7)
    #expect(encoded(state.encode) == bytes("03 00 c801 00 01 02 07"))
    for (kind, count) in zip(Completeness.Missing.allCases, 3...) {
      state.recordMissing(kind, count: kind == .nan ? 0 : UInt64(count))
    }
    let hex = "07 c801 01 03 04 07 06 07"
    #expect(encoded(state.encode) == bytes(hex))
    #expect(try decoded(bytes(hex), Completeness.init(from:)) == state)
  }

  @Test("moments: count, beyond, sum, squares")
  func moments() throws {
    let unit = Moments.Unit(covering: 1)
    var state = Moments()
    #expect(encoded(state.encode) == bytes("00 00"))
    state.record(1e300, unit: unit)
    #expect(encoded(state.encode) == bytes("00 01"))
    state.record(-1, unit: unit)
    // -2³² zigzag is 2³³ - 1; the square is 2⁶⁴, after its upper bits of 0.
    let hex = "01 01 ffffffff1f 00 80808080808080808002"
    #expect(encoded(state.encode) == bytes(hex))
    #expect(try decoded(bytes(hex), Moments.init(from:)) == state)
  }

  @Test("integers of 192 bits: upper 64, lower 128")
  func wideInteger() throws {
    for (state, hex) in [
      (WideInteger(), "00 00"),
      (WideInteger(130), "00 8201"),
      (WideInteger(1 << 63, times: 1 << 66), "02 00"),
      (
        WideInteger(.max, times: .max),
        "feffffffffffffffff01 818080808080808080 feffffffffffffffff03"
      ),
    ] {
      #expect(encoded(state.encode) == bytes(hex))
      #expect(try decoded(bytes(hex), WideInteger.init(from:)) == state)
    }
  }

  @Test("a field's summary: completeness, then its distribution if there are values")
  func fieldSummary() throws {
    let numeric = FieldSummary.Layout.numeric(pointCount: 1)
    let categorical = FieldSummary.Layout.categorical(categoryCount: 2)
    var (number, text) = (FieldSummary(numeric), FieldSummary(categorical))
    #expect(encoded(number.encode) == bytes("00"))
    #expect(encoded(text.encode) == bytes("00"))
    text.completeness.recordMissing(.empty, count: 5)
    #expect(encoded(text.encode) == bytes("01 06 05"))

    number.completeness.recordMissing(.null)
    number.completeness.recordValue()
    number.counts.add(1, toCell: 0)
    number.moments.record(-1, unit: Moments.Unit(covering: 0x1p32))
    let numberHex = "02 00 01 02 01" + "01 00 01" + "01 00 01 00 01"
    #expect(encoded(number.encode) == bytes(numberHex))
    #expect(
      try decoded(bytes(numberHex)) { try FieldSummary(from: &$0, layout: numeric) } == number
    )

    text.completeness.recordValue(count: 3)
    text.categories.add(2, code: 1)
    text.categories.record(code: nil)
    let textHex = "02 00 03 05 05" + "01 01 01 02"
    #expect(encoded(text.encode) == bytes(textHex))
    #expect(
      try decoded(bytes(textHex)) { try FieldSummary(from: &$0, layout: categorical) } == text
    )
  }

  @Test("the pieces that other formats are built from")
  func pieces() throws {
    var writer = ByteWriter()
    writer.byte(7)
    writer.flag(true)
    writer.varint(300)
    writer.signed(-1)
    writer.signed(64)
    writer.wide(-2 as Int128)
    writer.wide(5 as UInt128)
    writer.fixed64(0x0102_0304_0506_0708)
    writer.count(3)
    writer.bytes([9, 8])
    writer.text("a°")
    writer.optional(nil as UInt64?) { $0.varint($1) }
    writer.optional(6) { $0.varint($1) }
    writer.counters([0, 6])
    let expected =
      "07 01 ac02 01 8001 03 05 0807060504030201 03 02 0908 03 61c2b0 00 01 06 01 01 06"
    #expect(writer.bytes == bytes(expected))
    #expect(writer.count == 31)
  }
}
