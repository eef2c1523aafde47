import Testing

@testable import Records

/// Rows of several batches are one, in the columns that are kept.
@Suite struct ColumnBatchRowsTests {
  private static func batch(_ lines: [String]) -> ColumnBatch {
    var decoder = JSONRecordDecoder(fields: [
      FieldRequest(path: FieldPath("x")),
      FieldRequest(path: FieldPath("code"), wantsText: false, categories: ["a", "b"]),
      FieldRequest(path: FieldPath("text"), wantsText: true, categories: ["é"]),
      FieldRequest(path: FieldPath("other")),
    ])
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    for (offset, line) in lines.enumerated() {
      batch.append(payload: Array(line.utf8).span, offset: Int64(offset))
    }
    decoder.decode(batch, into: &columns)
    return columns
  }

  @Test func cellsStandInTheOrderInWhichTheyWereAdded() {
    let first = Self.batch([
      #"{"x":1,"code":"a","text":"é","other":"o"}"#, #"{"x":null,"code":"b","text":""}"#,
      #"{"x":3,"code":"c","text":"long enough","other":1}"#,
    ])
    let second = Self.batch([#"{"code":"a"}"#, #"{"x":"5","text":"z"}"#])
    let kept = [
      ColumnBatch.KeptColumn(0, hasTexts: false), .init(1, hasTexts: false),
      .init(2, hasTexts: true),
    ]
    var rows = ColumnBatch()
    for _ in 0..<2 {
      rows.removeAll()
      rows.append([0, 2], of: first, kept)
      rows.append([], of: first, kept)
      rows.append([0, 1], of: second, kept)
      rows.append([1, 2], of: first, kept)
      #expect(rows.rowCount == 6)
      #expect(rows.columns[0].tags == [.number, .number, .absent, .string, .null, .number])
      #expect(rows.columns[0].numbers == [1, 3, 0, 0, 0, 3])
      #expect(rows.columns[1].codes == [0, -1, 0, -1, 1, -1])
      #expect(rows.columns[1].tags == [.string, .string, .string, .absent, .string, .string])
      #expect(rows.columns[2].codes == [0, -1, -1, -1, -1, -1])
      let texts = (0..<6).map { rows.textString(column: 2, row: $0) }
      #expect(texts == ["é", "long enough", "", "z", "", "long enough"])
      #expect(rows.columns[1].numbers.isEmpty && rows.columns[1].textStarts.isEmpty)
      #expect(rows.columns[3].tags.isEmpty)
    }
  }
}
