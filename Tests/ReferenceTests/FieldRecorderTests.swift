import Drift
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

@Suite("Recording cells")
struct FieldRecorderTests {
  private func summary(
    learned: [String],
    seen: [String],
    kind: FieldKind? = nil
  ) throws -> FieldSummary {
    let kinds = kind.map { ["x": $0] } ?? [:]
    let field = try Rows(x: learned).learn(kinds: kinds).profile.fields[0]
    return try Rows(x: seen).summary(in: field)
  }

  @Test func aNumericFieldTakesNumbersOnly() throws {
    let seen = [
      "1", "2.5", "-9", "\"1\"", "true", "[1]", "{\"a\":1}", "null", "NaN", "-Infinity", "\"\"",
    ]
    let found = try summary(learned: ["1", "2"], seen: seen)
    #expect(found.completeness.values == 3 && found.completeness.mismatched == 4)
    #expect(Completeness.Missing.allCases.map(found.completeness.missing) == [0, 1, 1, 1, 1])
    #expect(found.counts.cells == [1, 1, 0, 0, 1])
    #expect(found.moments.count == 3)
  }

  @Test func textsOfCSVThatReadAsInfinitiesAreCategories() throws {
    let texts = ["low", "inf", "12e456", "high", "-Infinity", "NaN", "7"]
    var (decoder, columns) = (CSVRecordDecoder(), ColumnBatch())
    let text = Array("x\n\(texts.joined(separator: "\n"))\n".utf8)
    let taken = try decoder.decode(text.span, into: &columns)
    #expect(taken == text.count)
    let schema = FieldSchema(path: FieldPath("x"), types: .text, kind: .categorical)
    var collector = ValueCollector(fields: [schema])
    try collector.record(columns, columns: [0], timeColumn: nil)
    let field = try ProfileLearner().learn(from: &collector).profile.fields[0]
    guard case .categorical(let learned) = field.reference.distribution else {
      Issue.record("no categories")
      return
    }
    #expect(learned.categories == ["-Infinity", "12e456", "7", "high", "inf", "low"])
    #expect(field.reference.completeness.missing(.nan) == 1)
    #expect(field.reference.completeness.missing(.infinite) == 0)

    let recorder = FieldRecorder(field: field)
    var (summary, numbers) = (FieldSummary(recorder.layout), [Double]())
    recorder.record(columns, column: 0, rows: Array(0..<7), into: &summary, numbers: &numbers)
    #expect(summary.categories.counts == Array(repeating: 1, count: 6))
    #expect(summary.completeness == field.reference.completeness)

    // beside numbers alone, too, of a field that is said to be categorical
    let codes = FieldSchema(path: FieldPath("x"), types: .number, kind: .categorical)
    guard case .text = codes.content(of: columns.columns[0], 2) else {
      Issue.record("no text")
      return
    }
    // of a numeric field they are numbers beyond all
    let number = FieldSchema(path: FieldPath("x"), types: .number)
    guard case .missing(.infinite) = number.content(of: columns.columns[0], 2) else {
      Issue.record("no infinity")
      return
    }
  }

  @Test func cellsAreCountedAlikeByTheirCodesAndByTheirTexts() throws {
    let learned = ["\"a\"", "\"b\"", "\"é\"", "1", "true"]
    let field = try Rows(x: learned).learn(kinds: ["x": .categorical]).profile.fields[0]
    // those of another reference too, in another order
    let codes = ["z", "true", "é", "1", "b", "e\u{301}", "a"]
    let seen = [
      "\"a\"", "\"e\u{301}\"", "\"é\"", "\"z\"", "null", "1", "\"1\"", "false", "\"\"", "[]",
    ]
    let recorder = FieldRecorder(field: field, codes: codes)
    var (coded, plain) = (FieldSummary(recorder.layout), FieldSummary(recorder.layout))
    var numbers: [Double] = []
    // more than are looked up at once
    let many = Array(repeating: seen + learned, count: 20).flatMap(\.self)
    for batch in Rows(x: many).batches {
      for categories in [codes, nil] {
        let request = FieldRequest(
          path: FieldPath("x"),
          wantsText: categories == nil,
          wantsNumberText: true,
          categories: categories
        )
        var decoder = JSONRecordDecoder(fields: [request])
        var columns = ColumnBatch()
        decoder.decode(batch, into: &columns)
        let rows = Array(0..<columns.rowCount)
        if categories == nil {
          recorder.record(columns, column: 0, rows: rows, into: &plain, numbers: &numbers)
        } else {
          recorder.record(columns, column: 0, rows: rows, into: &coded, numbers: &numbers)
        }
      }
    }
    #expect(coded == plain)
    #expect(coded.completeness.values == 240 && coded.completeness.missing == 40)
    #expect(coded.completeness.mismatched == 20 && coded.categories.unseen == 60)
  }

  @Test func aCategoricalFieldTakesTheTypesItKnows() throws {
    let seen = ["\"a\"", "\"b\"", "\"new\"", "1", "true", "[\"a\"]", "null"]
    let found = try summary(learned: ["\"a\"", "\"b\"", "\"a\""], seen: seen)
    #expect(found.categories.counts == [1, 1] && found.categories.unseen == 1)
    #expect(found.completeness.values == 3 && found.completeness.mismatched == 3)
  }

  @Test func numbersAsCategoriesGoByTheirText() throws {
    let seen = ["1", "1.0", "01e0", "10", "\"1\""]
    let found = try summary(learned: ["1", "10", "1"], seen: seen, kind: .categorical)
    // 01e0 is no JSON, so its row has no cell
    #expect(found.categories.counts == [1, 1] && found.categories.unseen == 1)
    #expect(found.completeness.mismatched == 1)
  }

  @Test func forcedNumericCountsOthersAsMismatched() throws {
    let rows = Rows(x: ["1", "2", "\"x\"", "3"])
    let field = try rows.learn(kinds: ["x": .numeric]).profile.fields[0]
    #expect(field.counts.values == 3 && field.reference.completeness.mismatched == 1)
    let late = try rows.learn().profile.fields[0]
    #expect(late.kind == .categorical && late.size == 4)
  }

  @Test func booleansOfCSVAreThoseOfJSON() throws {
    var (decoder, columns) = (CSVRecordDecoder(), ColumnBatch())
    let text = Array("x\ntrue\nfalse\ntrue\nTRUE\n1\n".utf8)
    _ = try decoder.decode(text.span, into: &columns)
    func counted(_ learned: [String]) throws -> FieldSummary {
      let field = try Rows(x: learned).learn().profile.fields[0]
      let recorder = FieldRecorder(field: field)
      var (summary, numbers) = (FieldSummary(recorder.layout), [Double]())
      recorder.record(columns, column: 0, rows: Array(0..<5), into: &summary, numbers: &numbers)
      return summary
    }
    let booleans = try counted(["true", "true", "false"])
    #expect(booleans.categories.counts == [2, 1] && booleans.categories.unseen == 0)
    #expect(booleans.completeness.values == 3 && booleans.completeness.mismatched == 2)
    // beside strings they are strings
    let strings = try counted(["\"true\"", "\"true\"", "\"false\""])
    #expect(strings.categories.counts == [2, 1] && strings.categories.unseen == 1)
    #expect(strings.completeness.values == 4 && strings.completeness.mismatched == 1)
    let numbers = try counted(["1", "2"])
    #expect(numbers.completeness.values == 1 && numbers.completeness.mismatched == 4)
  }

  @Test func textFromCSVFitsEveryScalar() {
    for type in [ValueTypes.number, .string, .boolean] { #expect(ValueTypes.text.fits(type)) }
    #expect(!ValueTypes.text.fits(.composite))
    #expect(!ValueTypes.string.fits(.number))
  }
}
