/// A record of the alerts' topic, with what tests of its readers change.
public struct AlertRecord {
  /// Of the CloudEvent; by default it follows from the alert, its state and its repetition.
  public var id: String?
  /// The same from pending to resolved.
  public var alert: String
  /// pending, firing or resolved.
  public var state: String
  /// The rule's name.
  public var rule = "FeatureStable"
  /// How bad it is.
  public var severity = "warning"
  /// The field; nil for an alert about the stream.
  public var field: String? = "amount"
  /// How often it was said before.
  public var repetition = 0
  /// What is told together; nil as written by versions that had no groups.
  public var group: String?
  /// 1 for the largest effect.
  public var rank = 1
  /// The id of a silence.
  public var silencedBy: String?

  /// An alert in a state.
  public init(_ alert: String, _ state: String, group: String? = nil) {
    (self.alert, self.state, self.group) = (alert, state, group)
  }

  /// The CloudEvent's id.
  public var name: String { id ?? "\(alert)-\(state)-\(repetition)" }

  /// The record, with some members changed.
  public func with(_ change: (inout AlertRecord) -> Void) -> AlertRecord {
    var record = self
    change(&record)
    return record
  }

  /// The record as it stands in the topic.
  public var json: String {
    func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
    let grouping = group.map {
      ",\"group\":\"\($0)\",\"group_size\":2,\"group_rank\":\(rank),\"explains\":0.25"
    }
    let repeated = repetition > 0 ? ",\"repeat\":\(repetition)" : ""
    let silence = silencedBy.map { ",\"silenced_by\":\"\($0)\"" }
    return """
      {"specversion":"1.0","id":"\(name)","source":"/monitors/flights",\
      "type":"io.leeway.alert.v1","subject":"rule/\(rule)","time":"2026-03-08T00:00:00Z",\
      "data":{"alert":"\(alert)","state":"\(state)"\(repeated),"monitor":"flights",\
      "model_version":"7","rule":"\(rule)","severity":"\(severity)","segment":"all",\
      "field":\(text(field)),"statistic":"excess_drift","value":0.28,"distance":0.9,\
      "p_value":null,"confidence":0.999,"threshold":0.1,"threshold_source":"rule",\
      "n_current":6105,"n_reference":1000,"bound":0.0005,\
      "window_start":"2026-03-01T00:00:00Z","window_end":"2026-03-08T00:00:00Z",\
      "first_seen":"2026-02-22T00:00:00Z","summary":"\(field ?? "stream") moved",\
      "runbook":"https://runbooks/drift","labels":{"team":"checkout"}\
      \(grouping ?? "")\(silence ?? ""),"offsets":[],"reference":"sha256:1",\
      "config":"sha256:2","digest":null}}
      """
  }
}
