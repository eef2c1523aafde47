internal import Monitoring
internal import Records
public import Rules
public import Reference
internal import Windowing

/// How rows that are read back are written.
public enum RowFormat: Equatable, Sendable {
  /// The events as they are, one a line.
  case ndjson
  /// A header and these fields.
  case csv([String])

  /// The fields of a monitor that a file can hold: the event's time, identifier and model version,
  /// and all fields of its reference.
  public static func fields(of plan: Plan, _ references: References) -> [String] {
    let roles = [plan.roles.time, plan.roles.id, plan.roles.modelVersion].compactMap(\.self)
    var names: [String] = []
    for name in roles.map(\.description) + references.fieldNames where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}

/// Writes rows of events.
struct RowWriter: ~Copyable {
  private let file: RowFile
  private let columns: Int?
  /// Of each column whether a row has it.
  private(set) var isFilled: [Bool] = []
  private var decoder: JSONRecordDecoder
  private var cells = ColumnBatch()

  /// Writes the header, where there is one.
  init(_ format: RowFormat, to file: RowFile) throws {
    self.file = file
    switch format {
    case .ndjson:
      columns = nil
      decoder = JSONRecordDecoder(fields: [])
    case .csv(let names):
      columns = names.count
      isFilled = Array(repeating: false, count: names.count)
      decoder = JSONRecordDecoder(
        fields: names.map { FieldRequest(path: FieldPath($0), wantsNumberText: true) }
      )
      try file.append(Self.line(names.map { Self.quoted(Array($0.utf8)) }))
    }
  }

  /// Writes some rows of a batch.
  mutating func write(_ rows: [Int], of batch: RecordBatch) throws {
    guard !rows.isEmpty else { return }
    guard let columns else {
      for row in rows { try file.append(batch.line(row)) }
      return
    }
    decoder.decode(batch, into: &cells)
    for row in rows { try file.append(Self.line((0..<columns).map { cell(column: $0, row) })) }
    for column in 0..<columns where !isFilled[column] {
      let tags = cells.columns[column].tags
      isFilled[column] = rows.contains { tags[$0] != .absent }
    }
  }

  private func cell(column: Int, _ row: Int) -> [UInt8] {
    let column = cells.columns[column]
    switch column.tags[row] {
    case .absent, .null, .emptyString: return []
    case .nan: return Array("NaN".utf8)
    case .infinite: return Array((column.numbers[row] < 0 ? "-inf" : "inf").utf8)
    case .number, .string, .boolean, .booleanText, .composite:
      let range = column.textRange(row)
      // A time of the broker's is a number without a text.
      guard !range.isEmpty else { return Array(Int64(column.numbers[row]).description.utf8) }
      return Self.quoted(cells.text[range])
    }
  }

  private static func line(_ cells: [[UInt8]]) -> [UInt8] {
    var line = Array(cells.joined(separator: [UInt8(ascii: ",")]))
    // A single empty cell would be a blank line.
    if line.isEmpty { line = Array("\"\"".utf8) }
    return line + [UInt8(ascii: "\n")]
  }

  /// A cell of RFC 4180, in quotes where it needs them.
  private static func quoted(_ text: some Collection<UInt8>) -> [UInt8] {
    let special = [UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    let isEdgy = text.first == UInt8(ascii: " ")
    guard isEdgy || text.contains(where: special.contains) else { return Array(text) }
    let quote = UInt8(ascii: "\"")
    return [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
  }
}

extension RecordBatch {
  /// An event as a line: breaks of line stand between the parts of JSON only, and a blank does
  /// there as well; a tombstone is a blank line.
  func line(_ row: Int) -> [UInt8] {
    let breaks = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    let text = (payload(row) ?? []).map { breaks.contains($0) ? UInt8(ascii: " ") : $0 }
    return text + [UInt8(ascii: "\n")]
  }
}
