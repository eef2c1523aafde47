import Sketches
import Testing

@Suite("Every refusal, with its reason and position")
struct EncodingRefusalTests {
  @Test("numbers")
  func numbers() {
    let ten = String(repeating: "80", count: 9)
    let nineteen = String(repeating: "80", count: 18)
    expectRefusal(of: "", "a byte is missing", at: 0) { try $0.byte() }
    expectRefusal(of: "02", "2 is neither 0 nor 1", at: 0) { try $0.flag() }
    expectRefusal(of: "", "a number is cut off", at: 0) { try $0.varint() }
    expectRefusal(of: "8080", "a number is cut off", at: 0) { try $0.varint() }
    expectRefusal(of: "8000", "a number is not in its shortest form", at: 0) { try $0.varint() }
    expectRefusal(of: ten + "00", "a number is not in its shortest form", at: 0) {
      try $0.signed()
    }
    expectRefusal(of: ten + "02", "a number has more than 64 bits", at: 0) { try $0.varint() }
    expectRefusal(of: ten + "8000", "a number has more than 64 bits", at: 0) { try $0.signed() }
    expectRefusal(of: nineteen + "04", "a number has more than 128 bits", at: 0) {
      try $0.wide() as UInt128
    }
    expectRefusal(of: nineteen + "8001", "a number has more than 128 bits", at: 0) {
      try $0.wide() as Int128
    }
    expectRefusal(of: nineteen + "00", "a number is not in its shortest form", at: 0) {
      try $0.wide() as Int128
    }
    expectRefusal(of: "00 01020304050607", "7 bytes where 8 are needed", at: 1) {
      reader in
      _ = try reader.byte()
      return try reader.fixed64()
    }
    expectRefusal(of: "01 0203", "bytes left over: 2", at: 1) { try $0.byte() }
  }

  @Test("collections")
  func collections() {
    expectRefusal(of: "04 00000000", "more than 3 columns: 4", at: 0) {
      try $0.count(limit: 3, "columns")
    }
    expectRefusal(of: "03 0000", "3 columns cannot stand in 2 bytes", at: 0) {
      try $0.count(limit: 3, "columns")
    }
    expectRefusal(
      of: "ffffffffffffffff7f",
      "9223372036854775807 columns cannot stand in 0 bytes",
      at: 0
    ) { try $0.count(limit: .max, "columns") }
    expectRefusal(
      of: "ffffffffffffffffff01",
      "more than 9223372036854775807 columns: 18446744073709551615",
      at: 0
    ) { try $0.count(limit: .max, "columns") }
    expectRefusal(of: "03 0000", "3 bytes cannot stand in 2 bytes", at: 0) {
      try $0.bytes(limit: 5)
    }
    expectRefusal(of: "03 616263", "more than 2 bytes: 3", at: 0) { try $0.text(limit: 2) }
    for hex in ["01 ff", "02 c080", "03 eda080", "02 c3c3", "01 c3"] {
      expectRefusal(of: hex, "a text is not UTF-8", at: 0) { try $0.text(limit: 9) }
    }
    let read: (inout ByteReader) throws -> UInt64? = {
      try $0.optional { reader throws(BadEncoding) in try reader.varint() }
    }
    expectRefusal(of: "02 05", "2 is neither 0 nor 1", at: 0, read)
    expectRefusal(of: "01", "a number is cut off", at: 1, read)
  }

  @Test("counters")
  func counters() {
    func expect(_ hex: String, _ reason: String, at position: Int) {
      expectRefusal(of: hex, reason, at: position) { try $0.counters(5) }
    }
    expect("06 010101010101", "more than 5 counters: 6", at: 0)
    expect("02 00", "2 counters cannot stand in 1 bytes", at: 0)
    expect("02 00 01 04 01", "a counter beyond the last of 5", at: 3)
    expect("01 05 01", "a counter beyond the last of 5", at: 1)
    expect("01 ffffffffffffffffff01 01", "a counter beyond the last of 5", at: 1)
    expect("02 00 01 03 00", "a counter of 0 among those above 0", at: 4)
    expect("03 01 01 00 00 00", "2 counters above 0 where 3 were announced", at: 0)
    expect("03 01 01 01 01 00", "4 counters above 0 where 3 were announced", at: 0)
    expect("03 01 01 01 00", "a number is cut off", at: 5)
    expect("02 00 01 04", "a counter beyond the last of 5", at: 3)
    expect("01 00 01 00", "bytes left over: 1", at: 3)
    expectRefusal(of: "01 01", "more than 0 counters: 1", at: 0) { try $0.counters(0) }
  }

  @Test("sums that no values have")
  func moments() {
    func expect(_ hex: String, _ reason: String = "no values have this sum and these squares") {
      expectRefusal(of: hex, reason, at: 2, Moments.init(from:))
    }
    let zeros = String(repeating: "80", count: 9)
    // The sum of one value is 2⁶³; that of two is 2 and of their squares 1; the square is 2¹²⁶.
    expect("01 00" + zeros + "02" + "00" + zeros + zeros + "01")
    expect("02 00 04 00 01")
    expect("01 00 00 00" + zeros + zeros + "01")
    expect("00 00 00 00", "bytes left over: 2")
  }

  @Test("of a few small integers, exactly the possible sums of squares are accepted from below")
  func leastSquares() {
    let integers = Array(-3...3)
    var stacks: [[Int]] = [[]]
    for count in 1...4 {
      stacks = stacks.flatMap { stack in integers.map { stack + [$0] } }
      for (sum, group) in Dictionary(grouping: stacks, by: { $0.reduce(0, +) }) {
        let least = group.map { $0.reduce(0) { $0 + $1 * $1 } }.min() ?? 0
        for squares in max(0, least - 2)...least {
          let bytes = encoded {
            $0.varint(UInt64(count))
            $0.varint(0)
            $0.wide(Int128(sum))
            WideInteger(UInt128(squares)).encode(into: &$0)
          }
          let moments = try? decoded(bytes, Moments.init(from:))
          #expect((moments != nil) == (squares == least), "\(count) \(sum) \(squares)")
        }
      }
    }
  }

  @Test("parts of a field that count different values")
  func fieldSummary() {
    let reason = "the parts of a field count different values"
    func expect(_ hex: String, _ layout: FieldSummary.Layout) {
      expectRefusal(of: "00" + hex, reason, at: 1) { reader in
        _ = try reader.byte()
        return try FieldSummary(from: &reader, layout: layout)
      }
    }
    let numeric = FieldSummary.Layout.numeric(pointCount: 1)
    expect("01 00 02" + "01 00 01" + "02 00 02 00 02", numeric)
    expect("01 00 02" + "01 00 02" + "01 00 01 00 01", numeric)
    expect("01 00 01" + "00" + "00 00", numeric)
    expect("01 00 03" + "01 01 00 01", .categorical(categoryCount: 2))
  }

  @Test("counts and limits of callers are not negative")
  func preconditions() async {
    await #expect(processExitsWith: .failure) { _ = encoded { $0.count(-1) } }
    await #expect(processExitsWith: .failure) {
      _ = try decoded([0]) { try $0.count(limit: -1, "columns") }
    }
  }
}
