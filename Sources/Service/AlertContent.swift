/// The `data` of an alert's record, as far as this program reads it again; members that newer
/// versions add are passed over.
struct AlertContent: Decodable, Sendable {
  var alert: String
  var state: String
  var monitor: String
  var rule: String
  var severity: String
  var modelVersion: String?
  var segment: String?
  var field: String?
  var statistic: String?
  var value: Double?
  var threshold: Double?
  var distance: Double?
  var currentCount: UInt64?
  var windowStart: String
  var windowEnd: String
  var firstSeen: String
  var summary: String?
  var runbook: String?
  var labels: [String: String]?
  var group: String?
  var groupRank: Int?
  var explains: Double?
  var silencedBy: String?

  private enum CodingKeys: String, CodingKey {
    case alert, state, monitor, rule, severity, segment, field, statistic, value, threshold
    case distance, summary, runbook, labels, group, explains
    case modelVersion = "model_version"
    case currentCount = "n_current"
    case windowStart = "window_start"
    case windowEnd = "window_end"
    case firstSeen = "first_seen"
    case groupRank = "group_rank"
    case silencedBy = "silenced_by"
  }
}
