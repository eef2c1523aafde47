import Records
import Reference
import Testing

/// Which times events can have.
@Suite struct TimeFieldTests {
  private static func read(
    _ values: [String],
    unit: TimeUnit? = nil
  ) -> (read: [String], unit: TimeUnit?) {
    var batch = RecordBatch()
    for value in values { batch.append(payload: Array("{\"t\":\(value)}".utf8).span, offset: 0) }
    var decoder = JSONRecordDecoder(fields: [FieldRequest(path: FieldPath("t"))])
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    var field = TimeField(path: FieldPath("t"), unit: unit)
    let read = values.indices.map { row in
      switch field.read(columns, column: 0, row: row) {
      case .success(let time): "\(time)"
      case .failure(let rejection): rejection.reason.rawValue
      }
    }
    return (read, field.unit)
  }

  @Test("what windows of a hundred years cannot be written around is a bad time")
  func yearsHaveLimits() {
    let texts = Self.read([
      "\"9999-12-31T00:00:00Z\"", "\"9999-12-31T23:59:59-23:59\"", "\"9900-01-01T00:00:00Z\"",
      "\"9899-12-31T23:59:59.999999Z\"", "\"9900-01-01T00:00:00+00:01\"",
      "\"0101-01-01T00:00:00Z\"", "\"0101-01-01T00:00:00+00:01\"", "\"0001-01-01T00:00:00Z\"",
      "\"0000-01-01T00:00:00+23:59\"",
    ])
    #expect(
      texts.read == [
        "bad_time", "bad_time", "bad_time", "9899-12-31T23:59:59.999999Z", "9899-12-31T23:59:00Z",
        "0101-01-01T00:00:00Z", "bad_time", "bad_time", "bad_time",
      ]
    )
    let seconds = Self.read(["-58979923200", "-58979923201", "-99999999999", "99999999999"])
    #expect(
      seconds.read == ["0101-01-01T00:00:00Z", "bad_time", "bad_time", "5138-11-16T09:46:39Z"]
    )
    let broker = Self.read(["-58979923200000", "-58979923200001"], unit: .milliseconds)
    #expect(broker.read == ["0101-01-01T00:00:00Z", "bad_time"])
  }

  @Test func aBadTimeTellsNoUnit() {
    let text = Self.read(["\"9999-12-31T00:00:00Z\"", "1700000000"])
    #expect(text.read == ["bad_time", "2023-11-14T22:13:20Z"] && text.unit == .seconds)
    let number = Self.read(["-99999999999", "\"2023-11-14T22:13:20Z\""])
    #expect(number.read == ["bad_time", "2023-11-14T22:13:20Z"] && number.unit == .rfc3339)
  }
}
