import Records
import Testing

/// Goal: what the decoder has learned of the records before changes nothing in what it finds, and
/// what it finds is what a plain reading of the documentation finds.
@Suite struct JSONDifferentialTests {
  private static let paths = [
    "id", "time", "a", "a.b", "a.x.k", "b", "number_0", "number_1", "k",
    "a key of just over sixteen bytes", "a key of just over seventeen", "é", #"q"q"#, "", "x",
  ]

  @Test(arguments: 0..<40)
  func allWaysAgree(seed: UInt64) throws {
    var maker = RandomJSON(seed: seed)
    var limits = RecordLimits()
    if maker.isOne(in: 3) { limits.depth = 1 + maker.below(6) }
    if maker.isOne(in: 3) { limits.stringBytes = maker.below(12) }
    if maker.isOne(in: 4) { limits.recordBytes = 1 + maker.below(200) }
    let asked = Self.paths.filter { _ in !maker.isOne(in: 3) }
    let fields = (asked + asked.prefix(2)).map {
      FieldRequest(path: FieldPath($0), wantsNumberText: maker.isOne(in: 2))
    }
    let known = ["id", "a.k", "other"].filter { _ in maker.isOne(in: 2) }.map { FieldPath($0) }
    limits.fields = max(fields.count, maker.isOne(in: 2) ? 20 : 4096)
    let make = {
      JSONRecordDecoder(
        fields: fields,
        known: known,
        limits: limits,
        collectsUnexpectedPaths: $0
      )
    }
    let records = (0..<1000).map { _ in maker.record() }
    var learning = make(false)
    let rows = learning.rows(records)
    var collecting = make(true)
    try #require(collecting.rows(records) == rows)
    var plain = PlainDecoder(fields: fields, known: known, limits: limits)
    for (record, row) in zip(records, rows) {
      let text = String(decoding: record, as: UTF8.self)
      try #require(plain.row(record) == row, "\(text)")
      var fresh = make(false)
      try #require(fresh.rows([record]) == [row], "\(text)")
    }
    #expect(
      collecting.unexpectedPaths()
        == plain.unexpectedPaths.map { path in
          FieldPath(segments: path.map { String(decoding: $0, as: UTF8.self) })
        }
    )
  }

  @Test func theRecordsAreOfManyKinds() {
    var maker = RandomJSON(seed: 1)
    var counts: [RowStatus: Int] = [:]
    for row in decode((0..<4000).map { _ in maker.record() }, ["a"]).rows {
      counts[row.status, default: 0] += 1
    }
    for status in [RowStatus.ok]
      + [.badJSON, .badUTF8, .notAnObject, .tooDeep].map(RowStatus.rejected)
    {
      #expect(counts[status, default: 0] > 20, "\(status)")
    }
  }
}

extension JSONRecordDecoder {
  fileprivate mutating func rows(_ records: [[UInt8]]) -> [ColumnBatch.Row] {
    var batch = RecordBatch()
    for (row, record) in records.enumerated() {
      batch.append(payload: record.span, offset: Int64(row))
    }
    var columns = ColumnBatch()
    decode(batch, into: &columns)
    return columns.rows
  }
}
