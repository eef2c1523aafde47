internal import Monitoring

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

  /// Whether it is of a window, and of this monitor.
  func isWindow(of monitor: String) -> Bool {
    type == EventType.window && data.monitor == monitor
  }
}
