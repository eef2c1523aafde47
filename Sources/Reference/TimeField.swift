public import Records

/// The field with the time of events, and how it is written.
public struct TimeField: Equatable, Sendable {
  /// Where the time stands in a row.
  public let path: FieldPath
  /// How it is written; nil until the first time that can be read says so.
  public private(set) var unit: TimeUnit?

  /// A time field whose unit is declared, or found by the first value.
  public init(path: FieldPath, unit: TimeUnit? = nil) {
    self.path = path
    self.unit = unit
  }

  /// The time of a row, or why it has none.
  public mutating func read(
    _ batch: ColumnBatch,
    column: Int?,
    row: Int
  ) -> Result<Timestamp, TimeRejection> {
    guard let column else { return .failure(.noTime) }
    switch batch.columns[column].tags[row] {
    case .number: return number(batch.columns[column].numbers[row])
    case .string: return batch.withText(column: column, row: row) { text($0) }
    case .absent, .null, .emptyString: return .failure(.noTime)
    case .nan, .infinite, .boolean, .booleanText, .composite: return .failure(.badTime)
    }
  }

  private mutating func number(_ number: Double) -> Result<Timestamp, TimeRejection> {
    // Zero is 1970 in every unit, so it tells none.
    if number == 0, unit == nil { return .success(Timestamp(microseconds: 0)) }
    let known = unit ?? TimeUnit.detect(number: number)
    switch known?.timestamp(number: number) ?? .invalid {
    case .ok(let time) where time.isOfEvents:
      unit = known
      return .success(time)
    case .wrongUnit: return .failure(.badTimeUnit)
    case .ok, .invalid: return .failure(.badTime)
    }
  }

  private mutating func text(_ text: Span<UInt8>) -> Result<Timestamp, TimeRejection> {
    guard let time = Timestamp(rfc3339: text), time.isOfEvents else { return .failure(.badTime) }
    unit = unit ?? .rfc3339
    return unit == .rfc3339 ? .success(time) : .failure(.badTimeUnit)
  }
}

extension Timestamp {
  /// Whether an event can be of this time: of the years 101 to 9899.
  ///
  /// Every window of up to a hundred years, the longest there are, begins and ends in the years 1
  /// to 9999 then, which RFC 3339 can write.
  fileprivate var isOfEvents: Bool {
    let (first, count): (Int64, UInt64) = (-58_979_923_200_000_000, 309_226_550_400_000_000)
    // One comparison for both ends: what is before the first wraps beyond all others.
    return UInt64(bitPattern: microseconds &- first) < count
  }
}

/// Why a row has no usable time.
public struct TimeRejection: Error, Equatable, Sendable {
  /// The reason it is counted under.
  public let reason: Rejection

  static let noTime = TimeRejection(reason: .noTime)
  static let badTime = TimeRejection(reason: .badTime)
  static let badTimeUnit = TimeRejection(reason: .badTimeUnit)
}
