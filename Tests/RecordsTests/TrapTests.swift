import Records
import Testing

/// Traps that other tools fall into, by the names of references/field.md 5.4.
@Suite("Traps of decoding")
struct TrapTests {
  private static let asked = FieldRequest(path: FieldPath("a"), wantsNumberText: true)

  private func json(_ value: String) -> Cell? {
    var decoder = JSONRecordDecoder(fields: [Self.asked])
    var batch = RecordBatch()
    batch.append(payload: Array("{\"a\":\(value)}".utf8).span, offset: 0)
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    return columns.status(0) == .ok ? columns.cells()[0] : nil
  }

  private func csv(_ value: String) throws -> Cell {
    var decoder = CSVRecordDecoder()
    var columns = ColumnBatch()
    _ = try decoder.decode(Array("a,b\n\"\(value)\",x\n".utf8).span, into: &columns, rowsMax: 1)
    return columns.cells()[0]
  }

  @Test("NaN/Inf")
  func notFinite() throws {
    #expect(json("NaN") == .nan)
    #expect(json("Infinity") == .infinite(.infinity) && json("-1e999") == .infinite(-.infinity))
    #expect(json("\"NaN\"") == .string("NaN"))
    #expect(try csv("NaN") == .nan && csv("-inf") == .infinite(-.infinity, text: "-inf"))
  }

  @Test("-0.0 vs 0.0")
  func zeros() throws {
    #expect(json("-0.0") == .number(0, text: "-0.0") && json("0") == .number(0, text: "0"))
    #expect(decode("{\"a\":-0.0}", ["a"]).columns[0].numbers[0].sign == .plus)
    #expect(try csv("-0") == .number(0, text: "-0"))
  }

  @Test("2^53 integers: as numbers the nearest double, as text every digit")
  func largeIntegers() throws {
    for (text, number) in [
      ("9007199254740993", 0x1p53), ("9007199254740995", 0x1p53 + 4),
      ("-9007199254740993", -0x1p53),
      ("18446744073709551617", 0x1p64),
    ] {
      #expect(json(text) == .number(number, text: text))
      #expect(try csv(text) == .number(number, text: text))
    }
  }

  @Test("decimal strings in locale form are text: never the number before the comma")
  func localeForm() throws {
    for text in ["1,5", "1.234,56", "1,234.56", "1 234", "1\u{A0}234,5", "1'234", "١٫٥", "٣"] {
      #expect(json("\"\(text)\"") == .string(text))
      #expect(try csv(text) == .string(text))
    }
    #expect(json("1,5") == nil, "JSON's own comma ends the value")
    #expect(try csv("1.5") == .number(1.5, text: "1.5"))
  }

  @Test("tombstones")
  func tombstones() {
    let columns = decode([nil, Array("{\"a\":1}".utf8), nil, []], ["a"])
    #expect(columns.status(0) == .tombstone && columns.status(2) == .tombstone)
    #expect(columns.status(1) == .ok && columns.cells(row: 1) == [.number(1)])
    #expect(columns.status(3) == .rejected(.badJSON), "no bytes are a payload")
  }
}
