import Foundation
import Records
import Reference
import Service
import Testing

@Suite("Rows of files")
struct RowSourceTests {
  private func source(
    _ files: [(name: String, text: String)],
    nulls: [String]? = nil
  ) throws -> (RowSource, Folder) {
    let folder = try Folder()
    let inputs = try files.map { InputFile(try folder.write(Array($0.text.utf8), to: $0.name)) }
    var options = RowSource.Options()
    options.nullTokens = nulls
    return (try RowSource(inputs, options: options), folder)
  }

  private func describe(_ fields: [FieldSchema]) -> [String] {
    fields.map { "\($0.path) \($0.kind)" }
  }

  @Test func csvColumnsAreFieldsAndTextDecidesTheKind() throws {
    let text = "\u{FEFF}a,\"b,c\",d,e\r\n1,x,NA,\r\n-2.5,\"3\n\",1e3,NaN\r\n"
    let (rows, folder) = try source([("rows.csv", text)])
    let schema = try rows.schema(excluding: [])
    #expect(describe(schema) == ["a numeric", "b,c categorical", "d numeric", "e numeric"])
    #expect(schema[1].types == .text)
    let profile = try learn(rows, schema)
    #expect(profile.rows == 2)
    #expect(profile.fields.map(\.counts.values) == [2, 2, 1, 0])
    #expect(profile.fields.map(\.counts.missing) == [0, 0, 1, 2])
    _ = folder
  }

  @Test func columnsMayStandInAnotherOrderInTheNextFile() throws {
    let files = [("1.csv", "a,b\n1,x\n"), ("2.csv", "b,c,a\ny,9,2\n"), ("3.csv", "")]
    let (rows, folder) = try source(Array(files.prefix(2)))
    let schema = try rows.schema(excluding: [])
    #expect(describe(schema) == ["a numeric", "b categorical", "c numeric"])
    let profile = try learn(rows, schema)
    #expect(profile.fields.map(\.counts.values) == [2, 2, 1])
    #expect(profile.fields[2].counts.missing == 1)
    let (empty, other) = try source([files[2]])
    let error = try #require(throws: InputError.self) { try empty.schema(excluding: []) }
    #expect(error.message.hasSuffix("3.csv:1: the file has no header line"))
    _ = (folder, other)
  }

  @Test func pathsThatNoRowHasAreFound() throws {
    let long = String(repeating: "x", count: 100_000)
    let lines = """
      {"a":{"b":1,"c":[]},"d.e":null,"f":"\(long)"}
      {"g":"","h":{}}
      no JSON
      {"i":
      """
    let names = [
      "a", "a.b", "a.c", "a.d", "d\\.e", "d.e", "f", "g", "g.x", "h", "i", "$key", "$timestamp",
      "a", "z", "a.d",
    ].map { FieldPath($0) }
    let (rows, folder) = try source([("1.ndjson", lines)])
    #expect(
      try rows.absent(names).map(\.description)
        == ["a.d", "d.e", "g.x", "i", "$key", "$timestamp", "z", "a.d"]
    )
    let table = "d.e,\"a.d.x\",z\n1,2,3\n"
    let (both, second) = try source([("1.ndjson", lines), ("2.csv", table)])
    #expect(try both.absent(names).map(\.description) == ["g.x", "i", "$key", "$timestamp"])
    #expect(try both.absent([]) == [])
    let (blank, third) = try source([("1.ndjson", "\n{\n")])
    #expect(try blank.absent(names) == [])
    _ = (folder, second, third)
  }

  @Test func headerOnlyAndBlankFiles() throws {
    let (rows, folder) = try source([("h.csv", "a,b\n")])
    let profile = try learn(rows, try rows.schema(excluding: []))
    #expect(profile.rows == 0 && profile.fields.map(\.name) == ["a", "b"])
    let (blank, other) = try source([("b.ndjson", "\n\n")])
    #expect(try blank.schema(excluding: []).isEmpty)
    _ = (folder, other)
  }

  @Test func theFormatIsFoundByNameOrFirstByte() {
    #expect(InputFormat(fileName: "x/A.CSV.gz") == .csv)
    #expect(InputFormat(fileName: "a.jsonl") == .ndjson)
    #expect(InputFormat(fileName: "a.json.gz") == .ndjson)
    #expect(InputFormat(fileName: "standard input") == nil)
    #expect(InputFormat(beginning: Array("\u{FEFF} \n{\"a\"".utf8)) == .ndjson)
    #expect(InputFormat(beginning: Array("a,b".utf8)) == .csv)
    #expect(InputFormat(beginning: []) == .csv)
  }

  @Test func excludedFieldsAreLeftOutWithAllBelowThem() throws {
    let line = "{\"a\":{\"b\":1,\"c\":2},\"ab\":3,\"d\":4}\n"
    let (rows, folder) = try source([("x.ndjson", line)])
    let schema = try rows.schema(excluding: [FieldPath("a"), FieldPath("d")])
    #expect(describe(schema) == ["ab numeric"])
    let (csv, other) = try source([("x.csv", "a.b,ab\n1,2\n")])
    #expect(describe(try csv.schema(excluding: [FieldPath("a")])) == ["ab numeric"])
    _ = (folder, other)
  }

  @Test func rejectedRowsAndUnexpectedFieldsAreNoted() throws {
    let text = "{\"a\":1}\n\n{\"a\":\n[]\n{\"a\":1,\"new\":{\"x\":1}}\n{\n"
    let (rows, folder) = try source([("x.ndjson", text), ("y.csv", "a,late\n1,2\n1\n")])
    let requests = [FieldRequest(path: FieldPath("a"))]
    let notes = try rows.forEachBatch(of: requests, known: []) { _, _ in }
    #expect(notes.unexpected.map(\.description) == ["new.x", "late"])
    let places = notes.examples.map { example in
      "\(example.reason.rawValue) \(example.place.split(separator: "/").last ?? "")"
    }
    #expect(places == ["bad_json x.ndjson:3", "not_an_object x.ndjson:4", "bad_csv y.csv, row 2"])
    _ = folder
  }

  @Test func nullTokensCanBeNamed() throws {
    let (rows, folder) = try source([("x.csv", "a,b\n-,1\n2,NA\n")], nulls: ["-"])
    #expect(describe(try rows.schema(excluding: [])) == ["a numeric", "b categorical"])
    _ = folder
  }

  private func learn(_ rows: RowSource, _ schema: [FieldSchema]) throws -> ReferenceProfile {
    var (collector, _) = try rows.collect(schema)
    return try ProfileLearner().learn(from: &collector).profile
  }
}
