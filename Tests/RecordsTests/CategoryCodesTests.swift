import Records
import Testing

/// Goal: the code of a cell is the place of its text among the categories, wherever it comes from.
@Suite struct CategoryCodesTests {
  private func decode(_ records: [String], _ fields: [FieldRequest]) -> ColumnBatch {
    var batch = RecordBatch()
    for record in records { batch.append(payload: Array(record.utf8).span, offset: 0) }
    var decoder = JSONRecordDecoder(fields: fields)
    var columns = ColumnBatch()
    for _ in 0..<2 { decoder.decode(batch, into: &columns) }
    return columns
  }

  @Test func textsBecomeCodes() {
    let long = "a text of more than sixteen bytes"
    let categories = ["red", "", "true", "1.50", long, long + "!", "Zoë", "re", "[1, 2]", "null"]
    let values = [
      #""red""#, #""r\u0065d""#, #""""#, "true", "false", "1.50", "1.5", #""1.50""#, "\"\(long)\"",
      "\"\(long)!\"", "\"\(long)?\"", #""Zoë""#, #""re""#, #""r""#, "[1, 2]", "null", "NaN",
      "1e999",
    ]
    let records = values.map { "{\"a\":\($0)}" } + ["{}", "{", #"{"a":"red","a":5}"#]
    let field = { (wantsText: Bool, wantsNumberText: Bool) in
      FieldRequest(
        path: FieldPath("a"),
        wantsText: wantsText,
        wantsNumberText: wantsNumberText,
        categories: categories
      )
    }
    let columns = decode(records, [field(false, true), field(true, false), field(false, false)])
    let codes: [Int32] = [
      0, 0, -1, 2, -1, 3, -1, 3, 4, 5, -1, 6, 7, -1, 8, -1, -1, -1, -1, -1, -1,
    ]
    var withoutNumbers = codes
    withoutNumbers[5] = -1
    #expect(columns.columns.map(\.codes) == [codes, withoutNumbers, withoutNumbers])
    for column in [0, 2] { #expect(columns.columns[column].textLengths.allSatisfy { $0 == 0 }) }
    #expect(columns.textString(column: 1, row: 9) == long + "!")
    #expect(columns.columns[0].numbers == columns.columns[1].numbers)
    #expect(columns.columns[0].tags == columns.columns[1].tags)
  }

  @Test func noCategoriesAreNoCodesAndAnEmptyListKnowsNone() {
    let path = FieldPath("a")
    let fields = [
      FieldRequest(path: path), FieldRequest(path: path, wantsText: false),
      FieldRequest(path: path, categories: []),
    ]
    let columns = decode([#"{"a":"x"}"#, "{}"], fields)
    #expect(columns.columns.map(\.codes) == [[], [], [-1, -1]])
    #expect(columns.columns.map(\.textLengths) == [[1, 0], [0, 0], [1, 0]])
  }

  @Test func textThatIsNotKeptHasItsLimitAllTheSame() {
    var limits = RecordLimits()
    limits.stringBytes = 3
    let field = FieldRequest(path: FieldPath("a"), wantsText: false, categories: ["1234"])
    var decoder = JSONRecordDecoder(fields: [field], limits: limits)
    var batch = RecordBatch()
    batch.append(payload: Array(#"{"a":"1234"}"#.utf8).span, offset: 0)
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    #expect(columns.status(0) == .rejected(.stringTooLong))
    #expect(columns.columns[0].codes == [-1])
  }

  @Test func envelopesHaveCodesToo() {
    var batch = RecordBatch()
    for key in ["k2", "k", "", "long"] {
      batch.append(payload: Array(#"{"a":"x"}"#.utf8).span, offset: 0, key: Array(key.utf8).span)
      batch.appendHeader(name: Array("h".utf8).span, value: Array("v\(key)".utf8).span)
    }
    batch.append(payload: nil, offset: 4, key: Array("k".utf8).span)
    var limits = RecordLimits()
    limits.stringBytes = 3
    let fields = [
      FieldRequest(path: FieldPath("$key"), wantsText: false, categories: ["k", "k2", ""]),
      FieldRequest(path: FieldPath("a"), categories: ["x"]),
      FieldRequest(path: FieldPath("$header.h"), categories: ["vk2"]),
      FieldRequest(path: FieldPath("$header.h"), wantsText: false),
    ]
    var decoder = JSONRecordDecoder(fields: fields, limits: limits)
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    #expect(
      columns.columns.map(\.codes) == [
        [1, 0, -1, -1, -1], [0, 0, 0, -1, -1], [0, -1, -1, -1, -1], [],
      ]
    )
    #expect(columns.columns.map(\.textLengths.first) == [0, 1, 3, 0])
    #expect(columns.columns.map(\.tags.first) == [.string, .string, .string, .string])
  }

  @Test(arguments: 0..<8)
  func codesAreThoseOfTheTexts(seed: UInt64) {
    var maker = RandomJSON(seed: seed)
    var batch = RecordBatch()
    for _ in 0..<1000 { batch.append(payload: maker.record().span, offset: 0) }
    let paths = ["id", "time", "a", "b", "number_0", "k"].map { FieldPath($0) }
    let plain = paths.map { FieldRequest(path: $0, wantsNumberText: true) }
    var decoder = JSONRecordDecoder(fields: plain)
    var texts = ColumnBatch()
    decoder.decode(batch, into: &texts)
    func text(_ column: Int, _ row: Int) -> [UInt8] {
      Array(texts.text[texts.columns[column].textRange(row)])
    }
    let coded = paths.indices.map { column in
      let all = Set((0..<texts.rowCount).map { text(column, $0) })
      let some = all.sorted { $0.lexicographicallyPrecedes($1) }.filter { _ in maker.isOne(in: 2) }
      var field = plain[column]
      field.wantsText = maker.isOne(in: 2)
      field.categories = some.map { String(decoding: $0, as: UTF8.self) }
      return field
    }
    decoder = JSONRecordDecoder(fields: coded)
    var codes = ColumnBatch()
    decoder.decode(batch, into: &codes)
    for (column, field) in coded.enumerated() {
      let places = (field.categories ?? []).enumerated().map { (Array($0.element.utf8), $0.offset) }
      let place = Dictionary(uniqueKeysWithValues: places)
      for row in 0..<texts.rowCount {
        let text = text(column, row)
        let expected = text.isEmpty ? -1 : Int32(place[text] ?? -1)
        #expect(codes.columns[column].codes[row] == expected)
      }
      #expect(codes.columns[column].tags == texts.columns[column].tags)
      #expect(codes.columns[column].numbers == texts.columns[column].numbers)
    }
  }
}
