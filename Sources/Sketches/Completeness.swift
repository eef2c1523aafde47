/// How many records had a usable value of a field, and why the others had none.
///
/// Missingness is data: it is counted by kind before anything is dropped. A value of the wrong
/// type is present, so it is counted apart and is neither used nor missing.
public struct Completeness: Summary {
  /// Why a record has no value; the order is part of the encoding.
  public enum Missing: Int, CaseIterable, Sendable {
    /// The field does not stand in the record, its value is null, not a number, infinite, or "".
    case absent, null, nan, infinite, empty
  }

  /// Values that entered the statistics.
  public private(set) var values: UInt64 = 0
  /// Values of another type than the reference's.
  public private(set) var mismatched: UInt64 = 0
  private var missingByKind: [UInt64]

  /// Nothing counted yet.
  public init() {
    missingByKind = Array(repeating: 0, count: Missing.allCases.count)
  }

  /// Counts a value that enters the statistics.
  public mutating func recordValue(count: UInt64 = 1) { values.add(count) }

  /// Counts a value of a wrong type.
  public mutating func recordMismatch(count: UInt64 = 1) { mismatched.add(count) }

  /// Counts a missing value.
  public mutating func recordMissing(_ kind: Missing, count: UInt64 = 1) {
    missingByKind[kind.rawValue].add(count)
  }

  /// Missing values of one kind.
  public func missing(_ kind: Missing) -> UInt64 { missingByKind[kind.rawValue] }

  /// Missing values of every kind.
  public var missing: UInt64 { missingByKind.reduce(into: 0) { $0.add($1) } }

  /// All records counted: with a value, without one, or with one of a wrong type.
  public var records: UInt64 { [values, mismatched].reduce(into: missing) { $0.add($1) } }

  /// Adds the other counters.
  public mutating func merge(_ other: Self) {
    values.add(other.values)
    mismatched.add(other.mismatched)
    missingByKind.add(other.missingByKind)
  }
}

extension Completeness {
  /// Writes the counters.
  public func encode(into writer: inout ByteWriter) {
    writer.counters([values, mismatched] + missingByKind)
  }

  /// Reads the counters.
  ///
  /// - Throws: `BadEncoding` when the bytes are not these counters.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    let counters = try reader.counters(2 + Missing.allCases.count)
    (values, mismatched) = (counters[0], counters[1])
    missingByKind = Array(counters[2...])
  }
}
