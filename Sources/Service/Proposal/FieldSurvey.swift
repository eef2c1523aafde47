internal import Records
internal import Reference

/// What the values of one field look like.
struct FieldSurvey {
  /// Different values that are told apart; with more the first ones say enough.
  private static let distinctMost = 2_000
  /// Fewest values that can look like an identifier.
  private static let identifierFloor = 20
  /// Times from 1990 to 2100: what lies elsewhere is a number and no time.
  private static let plausible =
    Timestamp(microseconds: 631_152_000_000_000)..<Timestamp(microseconds: 4_102_444_800_000_000)

  let schema: FieldSchema
  /// Records with a value of whatever type.
  private(set) var values: UInt64 = 0
  /// Those whose value is a time.
  private var times: UInt64 = 0
  /// The first and the last of these times.
  private(set) var span: (first: Timestamp, last: Timestamp)?
  private var clock: TimeField
  private(set) var examined = 0
  private var hashes: Set<UInt64> = []
  private(set) var isWhole = true
  private var isGrowing = true
  private var last = -Double.infinity

  init(_ schema: FieldSchema) {
    self.schema = schema
    clock = TimeField(path: schema.path)
  }

  /// Different values among those looked at.
  var distinct: Int { hashes.count }

  /// How its times are written; nil where it holds other values, too, or none.
  var timeUnit: TimeUnit? { times == values ? clock.unit : nil }

  /// Whether most values stand in one record only.
  var isIdentifier: Bool {
    guard examined >= Self.identifierFloor else { return false }
    guard schema.kind == .numeric else { return distinct * 2 >= examined }
    let isCalledSo = FieldName(schema.path).isIdentifier
    return isWhole && distinct == examined && (isGrowing || isCalledSo)
  }

  /// Whether no two records have the same value, as far as was looked.
  var isUnique: Bool { distinct == examined && examined > 0 }

  /// Takes in one cell.
  mutating func record(_ batch: ColumnBatch, column: Int, row: Int) {
    let cells = batch.columns[column]
    guard let type = ValueTypes(cells.tags[row]) else { return }
    values += 1
    if case .success(let time) = clock.read(batch, column: column, row: row),
      Self.plausible.contains(time)
    {
      times += 1
      span = (min(span?.first ?? time, time), max(span?.last ?? time, time))
    }
    let number = cells.numbers[row]
    isWhole = isWhole && type == .number && number == number.rounded()
    isGrowing = isGrowing && type == .number && number > last
    last = number
    guard hashes.count < Self.distinctMost else { return }
    examined += 1
    let isNumber = schema.kind == .numeric && type == .number
    hashes.insert(
      isNumber
        ? Hash64.hash(of: number)
        : batch.withText(column: column, row: row) { Hash64.hash($0) }
    )
  }
}
