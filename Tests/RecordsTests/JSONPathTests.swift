import Records
import Testing

/// Goal: what a path finds, which of equal keys counts, and what is unexpected.
@Suite struct JSONPathTests {
  @Test func nestedPaths() {
    let record = #"{"payload":{"features":{"age":7,"a.b":8},"id":"x"},"age":9}"#
    #expect(
      cells(record, "payload.features.age", #"payload.features.a\.b"#, "payload.id", "age", "id")
        == [.number(7), .number(8), .string("x"), .number(9), .absent]
    )
  }

  @Test func anObjectAndAFieldInsideItMayBothBeAskedFor() {
    #expect(
      cells(#"{"a":{"b":1} ,"c":0}"#, "a", "a.b") == [.composite(#"{"b":1}"#), .number(1)]
    )
    #expect(cells(#"{"a":5}"#, "a", "a.b") == [.number(5), .absent])
  }

  @Test func noPathLeadsIntoAnArray() {
    #expect(cells(#"{"a":[{"b":1}]}"#, "a.b", "a.0") == [.absent, .absent])
  }

  @Test func keysAreComparedUnescaped() {
    #expect(
      cells(#"{"\u0061":1,"b\"c":2,"\u00e9":{"\u0078":3},"":4}"#, "a", "b\"c", "é.x", "")
        == [.number(1), .number(2), .number(3), .number(4)]
    )
  }

  @Test func theLastOfEqualKeysWins() {
    #expect(cells(#"{"a":1,"a":"x"}"#, "a") == [.string("x")])
    #expect(cells(#"{"a":1,"\u0061":null}"#, "a") == [.null])
    #expect(cells(#"{"a":{"b":1,"c":2},"a":{"c":3}}"#, "a.b", "a.c") == [.absent, .number(3)])
    #expect(cells(#"{"a":{"b":1},"a":7}"#, "a.b") == [.absent])
    #expect(cells(#"{"a":{"b":1},"a":7}"#, "a", "a.b") == [.number(7), .absent])
    #expect(
      cells(#"{"a":{"b":{"c":1}},"a":{"b":{}}}"#, "a.b.c", "a.b") == [.absent, .composite("{}")]
    )
    #expect(cells(#"{"a":7,"a":{"b":1}}"#, "a", "a.b") == [.composite(#"{"b":1}"#), .number(1)])
  }

  @Test func rowsDoNotSeeEachOther() {
    let records = [#"{"a":1,"b":2}"#, #"{"b":3}"#, #"{"b":4,"a":5}"#, "[", #"{"a":6}"#]
    let columns = decode(records.map { Array($0.utf8) }, ["a", "b"])
    #expect(
      columns.rows.map(\.cells) == [
        [.number(1), .number(2)], [.absent, .number(3)], [.number(5), .number(4)],
        [.absent, .absent], [.number(6), .absent],
      ]
    )
  }

  @Test(
    arguments: [
      (#"{}"#, 0), (#"{"a":1,"k":{"x":[1],"y":{}}}"#, 0), (#"{"x":1,"y":"s","z":null}"#, 3),
      (#"{"x":{},"y":[],"z":[{"p":1},[2]]}"#, 3), (#"{"x":{"p":1,"q":{"r":2,"s":{}}}}"#, 3),
      (#"{"p":{"q":1,"x":2}}"#, 1), (#"{"p":5}"#, 1), (#"{"p":[1]}"#, 1),
      (#"{"p":null}"#, 0), (#"{"p":{}}"#, 0), (#"{"o":{"in":1,"x":2,"y":{"z":3}}}"#, 0),
      (#"{"x":1,"x":2}"#, 2), (#"{"k":1}"#, 0),
    ]
  )
  func unexpectedFieldsAreCounted(record: String, expected: Int) {
    let columns = decode(record, ["a", "p.q", "o", "o.in"], known: ["k"])
    #expect(columns.status(0) == .ok)
    #expect(columns.unexpectedFields(0) == expected)
  }

  @Test func unexpectedPathsAreCollected() {
    var limits = RecordLimits()
    limits.fields = 4
    var decoder = JSONRecordDecoder(
      fields: [FieldRequest(path: FieldPath("a.b"))],
      known: [FieldPath("k")],
      limits: limits,
      collectsUnexpectedPaths: true
    )
    var columns = ColumnBatch()
    let records = [
      #"{"lost":1,"#, #"{"a":{"b":1,"c":[2]},"k":{"x":1},"d.e":{"\u0066":1}}"#,
      #"{"a":{"c":1},"$key":1,"lost":{"x":{}},"over":1}"#,
    ]
    var batch = RecordBatch()
    for record in records { batch.append(payload: Array(record.utf8).span, offset: 0) }
    decoder.decode(batch, into: &columns)
    let paths = decoder.unexpectedPaths()
    #expect(paths.map(\.description) == ["a.c", #"d\.e.f"#, #"\$key"#, "lost.x"])
    batch.removeAll()
    decoder.decode(batch, into: &columns)
    #expect(decoder.unexpectedPaths().isEmpty)
    #expect(columns.rowCount == 0)
  }

  @Test func manyFieldsAreFoundInAnyOrder() {
    let names = (0..<1000).map { "field_\($0)" }
    let members = names.enumerated().map { "\"\($0.element)\":\($0.offset)" }
    let forward = "{\(members.joined(separator: ","))}"
    let backward = "{\(members.reversed().joined(separator: ","))}"
    let columns = decode([forward, backward, forward].map { Array($0.utf8) }, names)
    for row in 0..<3 {
      #expect(columns.cells(row: row) == (0..<1000).map { Cell.number(Double($0)) })
      #expect(columns.unexpectedFields(row) == 0)
    }
  }
}
