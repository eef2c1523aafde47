import Records
import Testing

/// Goal: the rows are those of RFC 4180, wherever the chunks are cut.
@Suite struct CSVTests {
  @Test func cellsAreTyped() throws {
    let numbers = ["1", "-2.5", "+3", "007", ".5", "5.", "1e3", " 4 ", "1E-2", "-0"]
    let values: [Double] = [1, -2.5, 3, 7, 0.5, 5, 1000, 4, 0.01, 0]
    let strings = [
      "0x10", "1_000", "1,5", "1.2.3", "e5", "-", ".", "1e", " ", "١", "N A", "nullx", "NaNs",
      "1 2", "infi",
    ]
    let infinities = ["inf", "-INF", "+Infinity", "1e999", "-1e999"]
    let cells = numbers + strings + infinities + ["", "NA", "null", "NaN", "nan", "NAN", "NULL"]
    let text = "a,b\n" + cells.map { "\"\($0)\",x\n" }.joined()
    let rows = try read(text)
    let inf = Double.infinity
    let expected: [Cell] =
      zip(numbers, values).map { .number($1, text: $0) } + strings.map { .string($0) }
      + zip([inf, -inf, inf, inf, -inf], infinities).map { .infinite($0, text: $1) }
      + [.empty, .null, .null, .nan, .nan, .nan, .string("NULL")]
    #expect(rows.map { $0.cells[0] } == expected)
    #expect(rows.allSatisfy { $0.status == .ok && $0.cells[1] == .string("x") })
  }

  @Test func booleansAreTextThatMayBeOne() throws {
    let texts = ["true", "false", "True", "true ", "truer", "1"]
    var (decoder, columns) = (CSVRecordDecoder(nullTokens: ["false"]), ColumnBatch())
    let text = Array("a\n\(texts.joined(separator: "\n"))\n".utf8)
    _ = try decoder.decode(text.span, into: &columns)
    #expect(
      columns.columns[0].tags == [.booleanText, .null, .string, .string, .string, .number]
    )
    #expect(columns.textString(column: 0, row: 0) == "true")
  }

  @Test func nullTokensAreTheCallers() throws {
    var decoder = CSVRecordDecoder(nullTokens: ["-", "?"])
    let rows = try read("a,b\n-,?\n,NaN\n", &decoder)
    #expect(rows.map(\.cells) == [[.null, .null], [.string(""), .string("NaN")]])
  }

  private static let document =
    "\u{FEFF}\"id\",na\"me,\"te\"\"xt\"\r\n1,x,\"a,b\r\nc\"\"d\"\r\n\r\n"
    + "2,\"\",é€\n\"3\",,\"\"\"\"\n4,5\n"
    + "6,7,8,9\n10,\"y\"z,11\n12,a\rb,13\n14,q\"r\",15\n16,17,\"18\"\r\n19,NaN,-1.5e2"

  private static let rows: [ColumnBatch.Row] = [
    row(.number(1, text: "1"), .string("x"), .string("a,b\r\nc\"d")),
    row(.number(2, text: "2"), .empty, .string("é€")),
    row(.number(3, text: "3"), .empty, .string("\"")), bad, bad, bad,
    row(.number(12, text: "12"), .string("a\rb"), .number(13, text: "13")),
    row(.number(14, text: "14"), .string("q\"r\""), .number(15, text: "15")),
    row(.number(16, text: "16"), .number(17, text: "17"), .number(18, text: "18")),
    row(.number(19, text: "19"), .nan, .number(-150, text: "-1.5e2")),
  ]

  @Test func chunksMayBeCutAnywhere() throws {
    let bytes = Array(Self.document.utf8)
    for cut in 0...bytes.count {
      var decoder = CSVRecordDecoder()
      let rows = try read([Array(bytes[..<cut]), Array(bytes[cut...])], &decoder)
      #expect(rows == Self.rows, "cut at \(cut)")
      #expect(decoder.header == ["id", "na\"me", "te\"xt"])
    }
    var decoder = CSVRecordDecoder()
    #expect(try read(bytes.map { [$0] }, &decoder) == Self.rows)
  }

  @Test(arguments: [1, 2, 3, 100])
  func batchesAreBounded(rowsMax: Int) throws {
    var decoder = CSVRecordDecoder()
    #expect(try read([Array(Self.document.utf8)], &decoder, rowsMax: rowsMax) == Self.rows)
  }

  @Test(arguments: ["", "\n", "\r\n", "x\r"])
  func theLastLineEndMayBeMissing(ending: String) throws {
    let rows = try read("a,b\n1,x" + ending)
    let last: Cell = ending == "x\r" ? .string("xx") : .string("x")
    #expect(rows.map(\.cells) == [[.number(1, text: "1"), last]])
  }

  @Test func blankLinesAreRowsOfASingleColumn() throws {
    #expect(
      try read("\n\na\n1\n\n2\n").map(\.cells) == [
        [.number(1, text: "1")], [.empty], [.number(2, text: "2")],
      ]
    )
    #expect(try read("\na,b\n\n\r\n1,2\n\n").count == 1)
  }

  @Test func aQuoteThatIsNeverClosed() throws {
    let rows = try read("a,b\n1,2\n3,\"x\n4,5\n6,7")
    #expect(rows.map(\.status) == [.ok, .rejected(.badCSV)])
  }

  @Test func badUTF8IsOneRow() throws {
    var decoder = CSVRecordDecoder()
    // The third row's cells would be one legal letter if they stood side by side.
    let bytes = Array("a,b\n1,".utf8) + [0xFF, 0x0A, 0xC3, 0x2C, 0xA9, 0x0A] + Array("2,x".utf8)
    let rows = try read([bytes], &decoder)
    #expect(rows.map(\.status) == [.rejected(.badUTF8), .rejected(.badUTF8), .ok])
  }

  @Test func limitsHoldPerRow() throws {
    var limits = RecordLimits()
    limits.recordBytes = 10
    limits.stringBytes = 5
    var decoder = CSVRecordDecoder(limits: limits)
    let rows = try read(
      "a,b\n123456789,\n12345,1234\n12345,12345\n123456,1\n1,\"234\n,,,\"\"\n\"\n\",\"\",\",x\n2,3",
      &decoder
    )
    #expect(
      rows.map(\.status) == [
        .rejected(.stringTooLong), .ok, .rejected(.tooLarge), .rejected(.stringTooLong),
        .rejected(.tooLarge), .ok, .ok,
      ]
    )
  }

  @Test(
    arguments: [
      ("", .missingHeader), ("\n\n", .missingHeader), ("a,b,a\n1,2,3", .duplicateColumn("a")),
      ("a,,\n", .duplicateColumn("")),
      ("\"a,b\n1,2\n", .malformedHeader), ("\"a\"x,b\n", .malformedHeader),
      ("a,b,c,d,e\n", .headerTooLarge),
    ] as [(String, CSVError)]
  )
  func headersThatAreOfNoUse(text: String, expected: CSVError) {
    var limits = RecordLimits()
    limits.fields = 4
    #expect(throws: expected) {
      var decoder = CSVRecordDecoder(limits: limits)
      return try read(text, &decoder)
    }
    #expect(!expected.description.isEmpty)
  }

  @Test func aHeaderAloneHasNoRows() throws {
    var decoder = CSVRecordDecoder()
    #expect(try read("a,b", &decoder).isEmpty)
    #expect(decoder.header == ["a", "b"])
  }
}

private let bad = ColumnBatch.Row(
  status: .rejected(.badCSV),
  cells: [.absent, .absent, .absent]
)

private func row(_ cells: Cell...) -> ColumnBatch.Row { .init(status: .ok, cells: cells) }

private func read(_ text: String) throws -> [ColumnBatch.Row] {
  var decoder = CSVRecordDecoder()
  return try read(text, &decoder)
}

private func read(_ text: String, _ decoder: inout CSVRecordDecoder) throws -> [ColumnBatch.Row] {
  try read([Array(text.utf8)], &decoder)
}

private func read(
  _ chunks: [[UInt8]],
  _ decoder: inout CSVRecordDecoder,
  rowsMax: Int = 4096
) throws -> [ColumnBatch.Row] {
  var rows: [ColumnBatch.Row] = []
  var columns = ColumnBatch()
  for chunk in chunks {
    var at = 0
    while at < chunk.count {
      at += try decoder.decode(chunk.span.extracting(at...), into: &columns, rowsMax: rowsMax)
      #expect(columns.rowCount <= rowsMax)
      rows += columns.rows
    }
  }
  try decoder.finish(into: &columns)
  return rows + columns.rows
}
