import Records

extension ColumnBatch {
  /// Whether a scalar cell is written exactly so.
  func hasText(_ expected: [UInt8], column: Int, row: Int) -> Bool {
    guard columns[column].tags[row].isScalarValue else { return false }
    return withText(column: column, row: row) { text in
      expected.count == text.count && expected.indices.allSatisfy { text[$0] == expected[$0] }
    }
  }

  /// Whether the model version of a record is the one given; nil stands for none.
  func hasVersion(_ version: ModelVersion?, column: Int?, row: Int) -> Bool {
    guard let column, columns[column].tags[row].isScalarValue else { return version == nil }
    return version.map { hasText($0.bytes, column: column, row: row) } ?? false
  }

  /// Hash of a scalar cell's text; nil when the value is missing or no scalar.
  func scalarHash(column: Int, row: Int) -> UInt64? {
    guard columns[column].tags[row].isScalarValue else { return nil }
    return withText(column: column, row: row) { Hash64.hash($0) }
  }

  /// A scalar cell as text; nil when the value is missing or no scalar.
  func scalarText(column: Int, row: Int) -> String? {
    columns[column].tags[row].isScalarValue ? textString(column: column, row: row) : nil
  }
}

extension ValueTag {
  fileprivate var isScalarValue: Bool {
    switch self {
    case .number, .string, .boolean, .booleanText: true
    case .absent, .null, .nan, .infinite, .emptyString, .composite: false
    }
  }
}
