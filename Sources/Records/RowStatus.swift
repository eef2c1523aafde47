/// Why a record cannot be used; the raw value is the name users see.
public enum Rejection: String, Sendable, CaseIterable {
  /// Not one complete JSON value.
  case badJSON = "bad_json"
  /// Bytes that are not UTF-8.
  case badUTF8 = "bad_utf8"
  /// JSON, but not an object.
  case notAnObject = "not_an_object"
  /// Nested deeper than the limit.
  case tooDeep = "too_deep"
  /// More bytes than the limit.
  case tooLarge = "too_large"
  /// An asked-for string longer than the limit.
  case stringTooLong = "string_too_long"
  /// The time field is absent or null.
  case noTime = "no_time"
  /// The time field holds no time.
  case badTime = "bad_time"
  /// The time field holds a number of another unit's magnitude.
  case badTimeUnit = "bad_time_unit"
  /// The time lies too far ahead of the broker's.
  case futureTime = "future_time"
  /// The record would open more panes than the limit.
  case paneLimit = "pane_limit"
  /// A row that does not fit its header, or with broken quotes.
  case badCSV = "bad_csv"
}

/// What became of one record.
public enum RowStatus: Hashable, Sendable {
  /// Decoded; its cells are filled.
  case ok
  /// A record without a payload.
  case tombstone
  /// Not usable; all its cells are absent.
  case rejected(Rejection)
}

extension RowStatus {
  /// One byte per row: 0 ok, 1 tombstone, then the rejections in order.
  var code: UInt8 {
    UInt8(Self.byCode.firstIndex(of: self) ?? 0)
  }

  init(code: UInt8) {
    self = Self.byCode[Int(code)]
  }

  static let okCode = RowStatus.ok.code
  static let stringTooLongCode = RowStatus.rejected(.stringTooLong).code
  private static let byCode = [.ok, .tombstone] + Rejection.allCases.map(RowStatus.rejected)
}
