import Records
import Testing

/// Goal: a batch gives back what was put in, and envelopes become columns.
@Suite struct RecordBatchTests {
  @Test func rowsKeepWhatWasAppended() {
    var batch = RecordBatch()
    for _ in 0..<2 {
      batch.removeAll()
      batch.append(
        payload: bytes("{}").span,
        offset: 41,
        brokerMilliseconds: 5,
        key: bytes("k").span
      )
      batch.appendHeader(name: bytes("h").span, value: bytes("1").span)
      batch.appendHeader(name: bytes("h").span, value: nil)
      batch.append(payload: nil, offset: 42)
      batch.append(payload: [UInt8]().span, offset: 43)
      #expect(batch.count == 3)
      #expect((0..<3).map { batch.offset($0) } == [41, 42, 43])
      #expect((0..<3).map { batch.brokerMilliseconds($0) } == [5, nil, nil])
      #expect((0..<3).map { batch.payloadRange($0) } == [0..<2, nil, 2..<2])
      #expect(batch.byteCount == 2 && batch.bytes.count >= 2 + 64)
      #expect((0..<3).map { batch.headerCount($0) } == [2, 0, 0])
      #expect(batch.lastHeader(0, named: bytes("h")) == 1)
      #expect(batch.lastHeader(0, named: bytes("x")) == nil)
      let isNil = batch.withHeader(0, at: 1) { name, value in name.count == 1 && value == nil }
      #expect(isNil)
      let key = batch.withKey(0) { String(copying: $0) }
      #expect(key == "k")
      let payload = batch.withPayload(0) { String(copying: $0) }
      #expect(payload == "{}")
    }
  }

  @Test func theFirstRecordsGoWithTheirEnvelopes() {
    var batch = RecordBatch()
    for offset in 0..<4 as Range<Int64> {
      batch.append(
        payload: bytes("{\"a\":\(offset)}").span,
        offset: offset,
        brokerMilliseconds: offset,
        key: bytes("k\(offset)").span
      )
      for header in 0...offset {
        batch.appendHeader(name: bytes("h\(header)").span, value: bytes("\(offset)").span)
      }
    }
    batch.removeFirst(0)
    #expect(batch.count == 4)
    batch.removeFirst(2)
    #expect(batch.count == 2)
    #expect((0..<2).map { batch.offset($0) } == [2, 3])
    #expect((0..<2).map { batch.brokerMilliseconds($0) } == [2, 3])
    #expect((0..<2).map { batch.headerCount($0) } == [3, 4])
    #expect((0..<2).map { batch.lastHeader($0, named: bytes("h2")) } == [2, 2])
    #expect(batch.withKey(0) { String(copying: $0) } == "k2")
    #expect(batch.withHeader(1, at: 3) { String(copying: $1) } == "3")
    #expect(batch.withPayload(1) { String(copying: $0) } == "{\"a\":3}")
    batch.removeFirst(2)
    #expect(batch.count == 0)
  }

  @Test func tombstonesStandBetweenRecords() {
    let columns = decode([bytes(#"{"a":1}"#), nil, bytes(""), bytes(#"{"a":2}"#)], ["a"])
    #expect(
      columns.rows == [
        .init(status: .ok, cells: [.number(1)]), .init(status: .tombstone, cells: [.absent]),
        .init(status: .rejected(.badJSON), cells: [.absent]),
        .init(status: .ok, cells: [.number(2)]),
      ]
    )
  }

  @Test func envelopesBecomeColumns() {
    var batch = RecordBatch()
    let payload = bytes(#"{"a":1,"$key":2}"#)
    batch.append(
      payload: payload.span,
      offset: 0,
      brokerMilliseconds: 1_362_614_400_123,
      key: bytes("k€").span
    )
    batch.appendHeader(name: bytes("h").span, value: bytes("first").span)
    batch.appendHeader(name: bytes("h").span, value: bytes("last").span)
    batch.append(payload: payload.span, offset: 1, key: [UInt8]().span)
    batch.appendHeader(name: bytes("h").span, value: nil)
    batch.append(payload: payload.span, offset: 2, key: ([0xFF] as [UInt8]).span)
    batch.append(payload: nil, offset: 3, brokerMilliseconds: 7, key: bytes("k").span)
    batch.append(payload: bytes("[").span, offset: 4, brokerMilliseconds: 7)
    batch.append(payload: payload.span, offset: 5, key: bytes("too long").span)
    var limits = RecordLimits()
    limits.stringBytes = 7
    let paths = ["$timestamp", "a", "$key", "$header.h", #"\$key"#]
    var decoder = JSONRecordDecoder(
      fields: paths.map { FieldRequest(path: FieldPath($0)) },
      limits: limits
    )
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    let none = [Cell](repeating: .absent, count: 5)
    let cells: [[Cell]] = [
      [.number(1_362_614_400_123), .number(1), .string("k€"), .string("last"), .number(2)],
      [.absent, .number(1), .empty, .null, .number(2)],
      [.absent, .number(1), .absent, .absent, .number(2)], none, none, none,
    ]
    #expect(columns.rows.map(\.cells) == cells)
    #expect(
      columns.rows.map(\.status) == [
        .ok, .ok, .ok, .tombstone, .rejected(.badJSON), .rejected(.stringTooLong),
      ]
    )
  }

  @Test func textIsLent() {
    let columns = decode(#"{"a":"xyz"}"#, ["a"])
    let count = columns.withText(column: 0, row: 0) { $0.count }
    #expect(count == 3)
  }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension String {
  fileprivate init?(copying span: Span<UInt8>?) {
    guard let span else { return nil }
    self.init(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
