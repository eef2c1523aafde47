import Records
import TestSupport
import Testing

/// Goal: every kind of value lands in its column exactly as documented.
@Suite struct JSONValueTests {
  @Test func everyKindOfValueHasItsTag() {
    let record = """
      {"a":1.5,"b":"x","c":"","d":null,"e":true,"f":false,"g":NaN,"h":Infinity,"i":-Infinity,
       "j":[1, 2],"k":{ "l" : {} },"m":"1.5"}
      """
    #expect(
      cells(record, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "m", "none") == [
        .number(1.5), .string("x"), .empty, .null, .boolean("true"), .boolean("false"), .nan,
        .infinite(.infinity), .infinite(-.infinity), .composite("[1, 2]"),
        .composite(#"{ "l" : {} }"#), .string("1.5"), .absent,
      ]
    )
  }

  @Test(
    arguments: [
      ("0", 0), ("-1", -1), ("1e2", 100), ("1E+2", 100), ("25e-1", 2.5), ("0.1", 0.1),
      ("9007199254740992", 0x1p53), ("9007199254740993", 0x1p53), ("9007199254740995", 0x1p53 + 4),
      ("18446744073709551615", 0x1p64), ("18446744073709551616", 0x1p64),
      ("123456789012345678901234567890", 123456789012345678901234567890.0),
      ("0.000000000000000000000000000000000000001", 1e-39),
      ("1e308", 1e308), ("1.7976931348623157e308", .greatestFiniteMagnitude),
      ("4.9e-324", .leastNonzeroMagnitude),
      ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
      ("1e-400", 0), ("-1e-400", 0), ("0e999", 0), ("0.0e99999999999999999999", 0),
      ("1e-99999999999999999999", 0), ("1.00000000000000000000000000000000000000000001", 1),
    ] as [(String, Double)]
  )
  func numbersAreTheNearestDouble(text: String, expected: Double) {
    #expect(cells("{\"a\":\(text)}", "a") == [.number(expected)])
  }

  @Test(
    arguments: ["1e999", "1e309", "1.8e308", "1e99999999999999999999", "9" + zeros(400), "0.1e310"]
  )
  func numbersThatOverflowAreInfinite(text: String) {
    #expect(
      cells("{\"a\":\(text),\"b\":-\(text)}", "a", "b") == [
        .infinite(.infinity), .infinite(-.infinity),
      ]
    )
  }

  @Test(arguments: ["-0.0", "-0", "-0e5", "-0.000", "-1e-999"])
  func thereIsNoNegativeZero(text: String) {
    let columns = decode("{\"a\":\(text)}", ["a"])
    #expect(columns.columns[0].numbers[0].sign == .plus)
    #expect(columns.cells() == [.number(0)])
  }

  @Test func doublesReadBackBitIdentical() {
    var random = SplitMix64(seed: 1)
    var numbers: [Double] = []
    while numbers.count < 20_000 {
      let number = Double(bitPattern: random.next())
      if number.isFinite, number != 0 { numbers.append(number) }
    }
    // Numbers people write are shorter, and take the other way through the parser.
    numbers += (0..<20_000).map { _ in Double(Int64(random.next() % 2_000_000)) / 1000 - 999 }
    let columns = decode(numbers.map { Array("{\"a\":\($0)}".utf8) }, ["a"])
    for (row, number) in numbers.enumerated() where number != 0 {
      #expect(columns.columns[0].numbers[row].bitPattern == number.bitPattern)
    }
  }

  @Test func numberTextIsKeptOnRequest() {
    let fields = [
      FieldRequest(path: FieldPath("a"), wantsNumberText: true), FieldRequest(path: FieldPath("a")),
    ]
    var decoder = JSONRecordDecoder(fields: fields)
    var batch = RecordBatch()
    batch.append(payload: Array(#"{"a": 1.50E1 }"#.utf8).span, offset: 0)
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    #expect(columns.cells() == [.number(15, text: "1.50E1"), .number(15)])
  }

  @Test(
    arguments: [
      (#"\" \\ \/ \b \f \n \r \t"#, "\" \\ / \u{8} \u{C} \n \r \t"),
      (#"a\u0000b"#, "a\u{0}b"), (#"\u00e9\u20AC"#, "é€"), (#"\ud83d\ude00!"#, "😀!"),
      ("é€😀", "é€😀"), (#"\uFFFF"#, "\u{FFFF}"),
      (#"\u007f\u0080\u07FF\u0800"#, "\u{7F}\u{80}\u{7FF}\u{800}"),
      (#"\\u0041"#, "\\u0041"), (#"\uD800\uDC00\uDBFF\uDFFF"#, "\u{10000}\u{10FFFF}"),
    ]
  )
  func stringsAreUnescaped(json: String, expected: String) {
    #expect(cells("{\"a\":\"\(json)\"}", "a") == [.string(expected)])
  }

  @Test(
    arguments: [
      #"\ud83d"#, #"\ude00"#, #"\ud83d\u0041"#, #"\ud83dx"#, #"\ude00\ud83d"#, #"\u12"#, #"\u12G4"#,
      #"\x"#, #"\'"#, #"\U0041"#, "\n", "\t", "\u{0}", "\u{1F}",
    ]
  )
  func wrongStringsAreBadJSON(json: String) {
    #expect(status("{\"a\":\"\(json)\"}", "a") == .rejected(.badJSON))
    #expect(status("{\"a\":\"\(json)\"}") == .rejected(.badJSON))
    #expect(status("{\"\(json)\":1}") == .rejected(.badJSON))
  }
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
