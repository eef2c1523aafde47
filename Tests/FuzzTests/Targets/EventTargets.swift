import Records
import Reference
import TestSupport
import Windowing

@testable import Monitoring

extension FuzzTarget {
  private static let fields = ["id", "at", "amount", "payload.age", "payload.tags", "color"]

  private static func batch(_ lines: some Sequence<ArraySlice<UInt8>>) -> RecordBatch {
    var batch = RecordBatch()
    for (index, line) in lines.enumerated() {
      let payload = Array(line)
      batch.append(payload: payload.isEmpty ? nil : payload.span, offset: Int64(index))
    }
    return batch
  }

  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 64, omittingEmptySubsequences: false)
  }

  /// What can be seen of a row.
  private static func row(_ columns: ColumnBatch, _ row: Int) -> [String] {
    var seen = ["\(columns.status(row))", "\(columns.unexpectedFields(row))"]
    for index in columns.columns.indices {
      let column = columns.columns[index]
      let text = columns.textString(column: index, row: row)
      seen.append("\(column.tags[row]) \(column.numbers[row].bitPattern) \(text)")
    }
    return seen
  }

  private static func decoder() -> JSONRecordDecoder {
    JSONRecordDecoder(
      fields: fields.map { FieldRequest(path: FieldPath($0)) },
      collectsUnexpectedPaths: true
    )
  }

  /// A record is decoded as if no other stood beside it.
  static let events = FuzzTarget("events") { bytes in
    let lines = Self.lines(bytes)
    var (together, alone) = (ColumnBatch(), ColumnBatch())
    var decoder = Self.decoder()
    decoder.decode(batch(lines), into: &together)
    _ = decoder.unexpectedPaths()
    try Finding.unless(together.rowCount == lines.count, "rows \(together.rowCount)")
    for (index, line) in lines.enumerated() {
      decoder.decode(batch([line]), into: &alone)
      let (found, expected) = (row(together, index), row(alone, 0))
      try Finding.unless(found == expected, "\(found) beside others, \(expected) alone")
    }
    return (0..<together.rowCount).contains { together.status($0) == .ok }
  }

  /// Every record is exactly one of accepted, late, rejected and filtered.
  static let counting = FuzzTarget("counting") { bytes in
    var counter = FuzzCounter(try FuzzWorld.shared.get())
    let batch = Self.batch(lines(bytes))
    let delta = counter.delta(of: batch)
    try Finding.unless(
      delta.counted == UInt64(batch.count),
      "\(delta.counted) of \(batch.count) records are counted"
    )
    return delta.panes.contains { !$0.state.entries.isEmpty }
  }

  /// Fields are found, however they are nested, and can then be asked for.
  static let schema = FuzzTarget("schema") { bytes in
    var scan = SchemaScan(known: [FieldPath("at")])
    let batch = Self.batch(lines(bytes))
    do { try scan.record(batch) } catch { return false }
    let fields = scan.fields
    // By their bytes: two spellings of an accent are two keys.
    let names = Set(fields.map { Array($0.path.description.utf8) })
    try Finding.unless(names.count == fields.count, "fields that are called alike: \(fields)")
    for field in fields {
      let again = FieldPath(field.path.description)
      let isSame = again.description.utf8.elementsEqual(field.path.description.utf8)
      try Finding.unless(isSame, "\(field.path) reads back as \(again)")
    }
    var decoder = JSONRecordDecoder(
      fields: fields.map(\.request),
      known: [FieldPath("at")],
      collectsUnexpectedPaths: true
    )
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    return !fields.isEmpty
  }

  /// A table says the same in whatever pieces it comes.
  static let csv = FuzzTarget("csv") { bytes in
    let whole = try table(bytes, pieces: max(1, bytes.count))
    for pieces in [1, 7] {
      let other = try table(bytes, pieces: pieces)
      try Finding.unless(whole == other, "\(whole) as a whole, \(other) in pieces of \(pieces)")
    }
    return whole.count > 1
  }

  /// The header and the rows; the error alone where there is one.
  private static func table(_ bytes: [UInt8], pieces: Int) throws -> [[String]] {
    var decoder = CSVRecordDecoder()
    var columns = ColumnBatch()
    var rows: [[String]] = []
    do throws(CSVError) {
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + pieces)
        while start < end {
          let chunk = Array(bytes[start..<end])
          start += try decoder.decode(chunk.span, into: &columns, rowsMax: 3)
          for index in 0..<columns.rowCount { rows.append(row(columns, index)) }
        }
      }
      try decoder.finish(into: &columns)
      for index in 0..<columns.rowCount { rows.append(row(columns, index)) }
    } catch {
      return [["\(error)"]]
    }
    return [decoder.header ?? []] + rows
  }

  /// A time that is read is written so that it is read again.
  static let timestamps = FuzzTarget("timestamps") { bytes in
    if let text = String(validating: bytes, as: UTF8.self), let number = Double(text) {
      for unit in TimeUnit.allCases { _ = unit.timestamp(number: number) }
      if let unit = TimeUnit.detect(number: number), unit != .rfc3339 {
        guard case .ok = unit.timestamp(number: number) else {
          throw Finding("\(number) is of unit \(unit) and cannot be read in it")
        }
      }
    }
    guard let time = Timestamp(rfc3339: bytes.span) else { return false }
    let text = time.description
    // Offsets lead out of the years that can be written.
    guard text.first?.isNumber == true else { return true }
    try Finding.unless(Timestamp(rfc3339: text) == time, "\(text) reads back as another instant")
    return true
  }
}
