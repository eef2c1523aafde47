internal import Foundation
internal import Monitoring
internal import Records

/// A window's record, as far as this program reads it again; members that newer versions add are
/// passed over.
struct WindowRecord: Decodable {
  struct Measured: Decodable {
    var value: Double?
    var p_value: Double?
  }

  struct Field: Decodable {
    var field: String
    var kind: String
    var n: UInt64
    var missing: UInt64
    var missing_by_kind: [String: UInt64]
    var statistics: [String: Measured]
  }

  struct Body: Decodable {
    var monitor: String
    var model_version: String?
    var segment: String
    var window_start: String
    var window_end: String
    var window_size: String
    var min_records: UInt64?
    var empty_windows: UInt64?
    /// nil for yes.
    var judged: Bool?
    var records: UInt64
    var read: UInt64?
    var late: UInt64
    var rejected: [String: UInt64]
    var filtered: UInt64
    var integrity: String
    var violations: [Violation]?
    var undecided: [Undecided]?
    var fields: [Field]
  }

  struct Violation: Decodable {}

  /// A rule that was not decided.
  struct Undecided: Decodable, Sendable {
    var rule: String
    var field: String?
    var records_needed: UInt64?
  }

  var id: String
  var type: String
  var data: Body

  /// Reads a record.
  ///
  /// - Returns: nil for one that is no window of the monitor, or damaged: with times that are none,
  ///   or counts that no window has.
  static func window(_ json: [UInt8], of monitor: String) -> WindowRecord? {
    guard let record = try? JSONDecoder().decode(WindowRecord.self, from: Data(json)),
      record.type == EventType.window, record.data.monitor == monitor,
      record.data.counts.allSatisfy({ $0 <= mostRecords }), record.data.span != nil
    else { return nil }
    return record
  }

  /// Whether a record is a window of another monitor, which may write to the same topic.
  static func isOfOther(_ json: [UInt8], than monitor: String) -> Bool {
    guard let record = try? JSONDecoder().decode(Signature.self, from: Data(json)) else {
      return false
    }
    return record.type == EventType.window && record.data.monitor != monitor
  }

  /// No count is larger: 2^53, up to which all numbers of JSON are exact wherever they are read.
  private static let mostRecords: UInt64 = 1 << 53

  /// What tells whose a record is.
  private struct Signature: Decodable {
    struct Body: Decodable { var monitor: String }

    var type: String
    var data: Body
  }
}

extension WindowRecord.Body {
  /// From when to when; nil where its times are none.
  var span: (start: Timestamp, end: Timestamp)? {
    guard let start = Timestamp(rfc3339: window_start), let end = Timestamp(rfc3339: window_end)
    else { return nil }
    return (start, end)
  }

  fileprivate var counts: [UInt64] {
    [records, read ?? 0, late, filtered, empty_windows ?? 0] + rejected.values
      + fields.flatMap { [$0.n, $0.missing] + $0.missing_by_kind.values }
  }
}
