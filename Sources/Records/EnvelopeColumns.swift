/// A part of a record outside its payload that a column is filled from.
enum EnvelopeSource: Sendable {
  case timestamp
  case key
  case header(name: [UInt8])
}

/// A column that is filled from envelopes.
struct EnvelopeColumn: Sendable {
  let source: EnvelopeSource
  let categories: CategoryIndex?
  let keepsText: Bool

  /// Nil for a field of the payload.
  init?(_ field: FieldRequest) {
    switch field.path.source {
    case .payload: return nil
    case .timestamp: source = .timestamp
    case .key: source = .key
    case .header(let name): source = .header(name: Array(name.utf8))
    }
    categories = field.categories.map { CategoryIndex($0) }
    keepsText = field.wantsText
  }
}

extension ColumnBatch {
  /// Fills one still empty column from the envelopes of the usable records.
  ///
  /// Keys and header values become strings. Bytes that are not UTF-8 (binary keys are common) are
  /// absent, a header without a value is null, and a string over the limit rejects its record:
  /// `clearRejectedRows()` then has to follow once all columns are filled.
  mutating func fill(
    column: Int,
    from source: EnvelopeSource,
    of batch: borrowing RecordBatch,
    stringBytes: Int
  ) {
    for row in 0..<rowCount {
      guard statusCodes[row] == RowStatus.okCode else {
        columns[column].append(.absent)
        continue
      }
      switch source {
      case .timestamp:
        let time = batch.brokerMilliseconds(row)
        columns[column].append(time == nil ? .absent : .number, number: Double(time ?? 0))
      case .key:
        batch.withKey(row) { key in
          append(key, none: .absent, to: column, row: row, stringBytes: stringBytes)
        }
      case .header(let name):
        guard let index = batch.lastHeader(row, named: name) else {
          columns[column].append(.absent)
          continue
        }
        batch.withHeader(row, at: index) { _, value in
          append(value, none: .null, to: column, row: row, stringBytes: stringBytes)
        }
      }
    }
  }

  /// Gives a filled column its codes, and takes from it the texts that nobody wants.
  mutating func finish(column: Int, as request: EnvelopeColumn) {
    for row in 0..<rowCount {
      let range = columns[column].textRange(row)
      if let categories = request.categories {
        let code = range.isEmpty ? nil : categories.code(of: text.span.extracting(range))
        columns[column].codes.append(code.map { Int32($0) } ?? -1)
      }
      if !request.keepsText { columns[column].dropText(row) }
    }
  }

  /// Takes back the cells of rows that a later column rejected.
  mutating func clearRejectedRows() {
    for row in 0..<rowCount where statusCodes[row] == RowStatus.stringTooLongCode {
      reject(row, .stringTooLong)
    }
  }

  private mutating func append(
    _ value: Span<UInt8>?,
    none: ValueTag,
    to column: Int,
    row: Int,
    stringBytes: Int
  ) {
    guard let value else { return columns[column].append(none) }
    if value.isEmpty { return columns[column].append(.emptyString) }
    guard value.count <= stringBytes else {
      statusCodes[row] = RowStatus.stringTooLongCode
      return columns[column].append(.absent)
    }
    guard isUTF8(value) else { return columns[column].append(.absent) }
    columns[column].append(.string, text: appendText(value))
  }
}

/// Whether the bytes are valid UTF-8 as a whole.
func isUTF8(_ bytes: Span<UInt8>) -> Bool {
  do throws(UTF8.ValidationError) {
    _ = try UTF8Span(validating: bytes)
    return true
  } catch {
    return false
  }
}
