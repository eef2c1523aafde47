import Records
import TestSupport
import Testing

/// Goal: whatever bytes arrive, each record gets one status, the right one, and nothing crashes.
@Suite struct JSONHostilityTests {
  private let valid = """
    {"id":"f-1","time":1362614400123,"features":{"age":-12.5e-1,"name":"Zoë \\u20ac \\"q\\"",
    "list":[1,[true,false,null],{"x":"y"}],"empty":{}},"ok":true,"nan":NaN,"unseen":"é"}
    """
  private let fields = ["id", "time", "features.age", "features.name", "features.list", "ok"]

  @Test func everyPrefixIsBadJSON() {
    let bytes = Array(valid.utf8)
    let columns = decode(bytes.indices.map { Array(bytes[..<$0]) } + [bytes], fields)
    for row in bytes.indices { #expect(columns.status(row) == .rejected(.badJSON)) }
    #expect(columns.status(bytes.count) == .ok)
  }

  @Test func everySingleByteIsBad() {
    let columns = decode((0...255).map { [UInt8($0)] })
    for byte in 0...255 {
      let expected: Rejection =
        switch byte {
        case 0x30...0x39: .notAnObject
        // The first byte of a letter that is cut off is no wrong encoding.
        case 0x80...0xC1, 0xF5...0xFF: .badUTF8
        default: .badJSON
        }
      #expect(columns.status(byte) == .rejected(expected), "byte \(byte)")
    }
  }

  @Test(
    arguments: [
      "", " ", "\n\t\r ", "{", "}", "{}x", "{} {}", "{},", "{\"a\":1}}", "{\"a\"}", "{\"a\":}",
      "{\"a\" 1}",
      "{a:1}", "{'a':1}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\"::1}", "{1:2}",
      "{\"a\":[1,]}",
      "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":[1}", "{\"a\":{]}", "{\"a\":\"x\"y}",
      "{\"a\":\"x\"\"y\"}",
      "{\"a\":1\"y\"}", "{\"a\":tru}", "{\"a\":truex}", "{\"a\":True}", "{\"a\":nul}",
      "{\"a\":nan}",
      "{\"a\":-NaN}", "{\"a\":+1}", "{\"a\":01}", "{\"a\":-01}", "{\"a\":0x10}", "{\"a\":.5}",
      "{\"a\":1.}",
      "{\"a\":-}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":1.e5}", "{\"a\":1_0}", "{\"a\":1,5}",
      "{\"a\":infinity}",
      "{\"a\":+Infinity}", "{\"a\":1/2}", "{\"a\":1}\u{0}", "\u{FEFF}{}", "{\"a\":1}//x",
      "{\"a\":\u{C}1}",
      "{\"a\":\u{A0}1}", "[1,]", "tru", "\"x",
    ]
  )
  func whatIsNotJSON(record: String) {
    #expect(status(record, "a") == .rejected(.badJSON))
    // Nobody looks at `a` here: it is wrong all the same.
    #expect(status(record) == .rejected(.badJSON))
  }

  @Test(
    arguments: [
      "tru", "nulll", "nan", "+1", "01", "1.", "-", "'x'", "x", "1 2", "1,", ",1", "{]", "{1}",
      #""\x""#, #"{"k":}"#, #"{"k":01}"#, "[1", "1]",
    ]
  )
  func whatIsNotJSONDeepInside(value: String) {
    #expect(status("{\"l\":[[0,\(value)]]}") == .rejected(.badJSON))
    #expect(status("{\"l\":[[0,\(value)]]}", "l", "l.k") == .rejected(.badJSON))
    #expect(status("{\"l\":{\"m\":\(value)}}", "l.m.k") == .rejected(.badJSON))
  }

  @Test(arguments: ["[]", "[{}]", "1", "\"x\"", "null", "true", "NaN", " 5 ", "[1,\"a\"]"])
  func rootsThatAreNoObject(record: String) {
    #expect(status(record) == .rejected(.notAnObject))
  }

  @Test func whiteSpaceAroundTheRootIsLegal() {
    #expect(
      cells(" \n\t\r{ \"a\" : 1 , \"b\" : [ ] } \r\n", "a", "b") == [.number(1), .composite("[ ]")]
    )
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
      [0xF0, 0x80, 0x80, 0x80],
    ] as [[UInt8]]
  )
  func badUTF8(bytes: [UInt8]) {
    let record = Array("{\"a\":\"x".utf8) + bytes + Array("\"}".utf8)
    #expect(decode([record]).status(0) == .rejected(.badUTF8))
  }

  @Test func aLetterCutOffIsNoWrongEncoding() {
    for letter in ["é", "€", "\u{800}", "\u{D7FF}", "😀", "\u{10000}", "\u{10FFFF}"] {
      let record = Array("{\"a\":\"\(letter)".utf8)
      for count in 0..<letter.utf8.count {
        #expect(decode([record.dropLast(count)]).status(0) == .rejected(.badJSON))
      }
      let wrong = decode([record.dropLast() + [0x41], [0xFF] + record.dropLast()])
      #expect(wrong.rows.map(\.status) == [.rejected(.badUTF8), .rejected(.badUTF8)])
    }
    let cutWrong: [[UInt8]] = [
      [0xE0, 0x80], [0xED, 0xA0], [0xF0, 0x80], [0xF4, 0x90], [0xC1], [0xF5],
    ]
    for row in decode(cutWrong).rows { #expect(row.status == .rejected(.badUTF8)) }
  }

  @Test func depth() {
    func nested(_ depth: Int) -> String {
      let inner = depth - 1
      return "{\"a\":" + String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
        + (inner == 0 ? "0" : "") + "}"
    }
    #expect(status(nested(1)) == .ok)
    #expect(status(nested(32)) == .ok)
    #expect(status(nested(33)) == .rejected(.tooDeep))
    var limits = RecordLimits()
    limits.depth = 1
    #expect(status("{\"a\":1}", limits: limits) == .ok)
    #expect(status("{\"a\":{}}", limits: limits) == .rejected(.tooDeep))
    let brackets = String(repeating: "[", count: 1_000_000)
    #expect(status(brackets) == .rejected(.tooDeep))
    let objects = String(repeating: "{\"a\":", count: 200_000)
    #expect(status(objects, "a.a.a") == .rejected(.tooDeep))
  }

  @Test func sizes() {
    var limits = RecordLimits()
    let huge = "{\"a\":\"" + String(repeating: "x", count: 2 << 20) + "\"}"
    #expect(status(huge, "a") == .rejected(.tooLarge))
    limits.recordBytes = huge.utf8.count
    #expect(status(huge, "a", limits: limits) == .rejected(.stringTooLong))
    #expect(status(huge, "b", limits: limits) == .ok)
    limits.recordBytes -= 1
    #expect(status(huge, "b", limits: limits) == .rejected(.tooLarge))
    limits.recordBytes = 2
    #expect(status("{}", limits: limits) == .ok)
    #expect(status("{ }", limits: limits) == .rejected(.tooLarge))
  }

  @Test func longStrings() {
    var limits = RecordLimits()
    limits.stringBytes = 4
    #expect(status(#"{"a":"1234"}"#, "a", limits: limits) == .ok)
    #expect(status(#"{"a":"12345"}"#, "a", limits: limits) == .rejected(.stringTooLong))
    #expect(status(#"{"a":"\u0041\u0041\u0041\u0041"}"#, "a", limits: limits) == .ok)
    #expect(status(#"{"a":[123]}"#, "a", limits: limits) == .rejected(.stringTooLong))
    #expect(status(#"{"a":123456}"#, "a", limits: limits) == .ok)
    #expect(status(#"{"a":"12345"]"#, "a", limits: limits) == .rejected(.badJSON))
    let rejected = decode(#"{"b":1,"x":2,"a":"12345"}"#, ["a", "b"], limits: limits)
    #expect(rejected.cells() == [.absent, .absent])
    #expect(rejected.unexpectedFields(0) == 0)
  }

  @Test func mutationsGetOneStatusEach() {
    var random = SplitMix64(seed: 7)
    let original = Array(valid.utf8)
    let records = (0..<20_000).map { _ in mutated(original, &random) }
    let columns = decode(records, fields)
    for (row, record) in records.enumerated() {
      let alone = decode([record], fields)
      #expect(alone.rows == [columns.rows(at: row)])
      guard columns.status(row) != .ok else { continue }
      #expect(columns.cells(row: row).allSatisfy { $0 == .absent })
    }
  }

  private func mutated(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var record = original
    let marks = Array("{}[]\",:\\0e-. \n".utf8)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let at = Int.random(in: record.indices, using: &random)
      switch random.next() % 4 {
      case 0: record[at] = UInt8.random(in: 0...255, using: &random)
      case 1: record.remove(at: at)
      case 2: record.insert(marks[Int.random(in: marks.indices, using: &random)], at: at)
      default: record[at] = marks[Int.random(in: marks.indices, using: &random)]
      }
    }
    return record
  }
}

extension ColumnBatch {
  fileprivate func rows(at row: Int) -> Row {
    Row(status: status(row), unexpected: unexpectedFields(row), cells: cells(row: row))
  }
}
