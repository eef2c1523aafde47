import Records
import Rules
import Windowing

// What comes of requests, and of those that were not made.

extension EventWriter {
  /// `io.leeway.retrain.refused.v1`: a request that was due, and was not made.
  func record(_ refusal: RetrainRefusal) -> OutputRecord {
    let names = [refusal.kind.rawValue, refusal.reason.ask?.id]
    return retraining(EventType.refusal, refusal.trigger, refusal.window, names) { json in
      write(refusal.reason, &json)
      json.member("refusal", refusal.kind.rawValue)
      if let until = refusal.until { json.member("until", until) }
      if let request = refusal.request { json.member("request", request) }
      if let rows = refusal.rows {
        json.member("rows", rows)
        json.member("min_records", plan.triggers[refusal.trigger].minRecords)
      }
      json.member("window_end", refusal.window.end)
    }
  }

  /// `io.leeway.retrain.expired.v1`: a request that nobody has answered in time.
  func record(_ expiry: RetrainExpiry) -> OutputRecord {
    retraining(EventType.expiry, expiry.trigger, expiry.window, [expiry.request]) { json in
      json.member("request", expiry.request)
      json.member("requested_at", expiry.made)
      json.member("window_end", expiry.window.end)
    }
  }

  /// `io.leeway.retrain.verdict.v1`: what a new reference has made of a request's alerts.
  func record(_ verdict: RetrainVerdict) -> OutputRecord {
    retraining(EventType.verdict, verdict.trigger, verdict.window, [verdict.request]) { json in
      json.member("model_version", verdict.version)
      json.member("request", verdict.request)
      json.member("verdict", verdict.kind.rawValue)
      json.member("windows_judged", verdict.windows)
      json.member("fields", fields(of: verdict.unresolved))
      json.array("unresolved") { json in
        for subject in verdict.unresolved {
          json.object {
            $0.member("rule", plan.rules[subject.rule].name)
            $0.member("field", field(of: subject))
            $0.member("segment", plan.name(ofSegment: subject.segment))
            $0.member("model_version", subject.version)
          }
        }
      }
      json.member("window_start", verdict.start)
      json.member("window_end", verdict.window.end)
      json.member("reference", references[verdict.version])
    }
  }

  /// An event about a trigger's requests, told apart by some names.
  private func retraining(
    _ type: String,
    _ trigger: Int,
    _ window: Window,
    _ names: [String?],
    _ write: (inout JSONText) -> Void
  ) -> OutputRecord {
    let name = plan.triggers[trigger].name
    let id = id(
      type: type,
      version: nil,
      window: window,
      rule: name,
      state: names.compactMap(\.self).joined(separator: "/")
    )
    return event(
      .retraining,
      type: type,
      subject: "trigger/\(name)",
      id: id,
      time: window.end
    ) { json in
      json.member("monitor", plan.monitor)
      json.member("trigger", name)
      write(&json)
      json.member("config", configuration)
    }
  }
}
