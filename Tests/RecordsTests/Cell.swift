import Records

/// One cell with its tag, its number and its text in one comparable value.
enum Cell: Equatable {
  case absent, null, nan, empty
  case infinite(Double, text: String = "")
  case number(Double, text: String = "")
  case string(String)
  case boolean(String)
  case composite(String)

  init(_ batch: ColumnBatch, column: Int, row: Int) {
    let text = batch.textString(column: column, row: row)
    let number = batch.columns[column].numbers[row]
    self =
      switch batch.columns[column].tags[row] {
      case .absent: .absent
      case .null: .null
      case .nan: .nan
      case .emptyString: .empty
      case .infinite: .infinite(number, text: text)
      case .number: .number(number, text: text)
      case .string, .booleanText: .string(text)
      case .boolean: .boolean(text)
      case .composite: .composite(text)
      }
  }
}

extension ColumnBatch {
  func cells(row: Int = 0) -> [Cell] {
    columns.indices.map { Cell(self, column: $0, row: row) }
  }

  /// All that can be seen of a batch, for comparisons of whole batches.
  var rows: [Row] {
    (0..<rowCount).map {
      Row(status: status($0), unexpected: unexpectedFields($0), cells: cells(row: $0))
    }
  }

  struct Row: Equatable {
    var status: RowStatus
    var unexpected = 0
    var cells: [Cell]
  }
}

/// Decodes payloads as the rows of one batch; nil is a tombstone.
func decode(
  _ payloads: [[UInt8]?],
  _ fields: [String] = [],
  known: [String] = [],
  limits: RecordLimits = RecordLimits()
) -> ColumnBatch {
  var batch = RecordBatch()
  for (row, payload) in payloads.enumerated() {
    if let payload {
      batch.append(payload: payload.span, offset: Int64(row))
    } else {
      batch.append(payload: nil, offset: Int64(row))
    }
  }
  var decoder = JSONRecordDecoder(
    fields: fields.map { FieldRequest(path: FieldPath($0)) },
    known: known.map { FieldPath($0) },
    limits: limits
  )
  var columns = ColumnBatch()
  decoder.decode(batch, into: &columns)
  return columns
}

func decode(
  _ record: String,
  _ fields: [String] = [],
  known: [String] = [],
  limits: RecordLimits = RecordLimits()
) -> ColumnBatch {
  decode([Array(record.utf8)], fields, known: known, limits: limits)
}

/// The cells of one record that has to be usable.
func cells(_ record: String, _ fields: String...) -> [Cell]? {
  let columns = decode(record, fields)
  return columns.status(0) == .ok ? columns.cells() : nil
}

func status(_ record: String, _ fields: String..., limits: RecordLimits = RecordLimits())
  -> RowStatus
{
  decode(record, fields, limits: limits).status(0)
}
