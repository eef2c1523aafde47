import Records
import Rules
import Windowing

extension EventWriter {
  /// The id of a request's event, by which it is answered.
  public func id(of request: RetrainRequest) -> String {
    let span = Window(
      specification: request.window.specification,
      start: request.start,
      end: request.window.end
    )
    return id(
      type: type(of: request),
      version: request.version,
      window: span,
      rule: plan.triggers[request.trigger].name,
      // Windows of two sizes may end together, and a trigger ask for each of its reasons.
      state: request.reason == .schedule ? request.reason.name : request.reason.ask?.id
    )
  }

  private func type(of request: RetrainRequest) -> String {
    request.silence == nil ? EventType.request : EventType.silencedRequest
  }

  /// `io.leeway.retrain.request.v1`: a request to train, with the exact records to train on;
  /// `io.leeway.retrain.silenced.v1` for one that nobody is to act on.
  func record(_ request: RetrainRequest) -> OutputRecord {
    let trigger = plan.triggers[request.trigger]
    return event(
      .retraining,
      type: type(of: request),
      subject: "trigger/\(trigger.name)",
      id: id(of: request),
      time: request.window.end
    ) { json in
      json.member("monitor", plan.monitor)
      json.member("model_version", request.version)
      json.member("trigger", trigger.name)
      write(request.reason, &json)
      if let silence = request.silence { write(silence, &json) }
      json.member("rows", request.selection.rows)
      writeCovers("offsets", request.selection.covers, watermarks: true, &json)
      writeCovers("exclude_offsets", request.selection.excluded, watermarks: false, &json)
      writeLate(request.selection.late, &json)
      if let expires = request.selection.expires { json.member("expires", expires) }
      json.member("fields", fields(of: request))
      json.member("alerts", request.alerts.map { name(of: $0) })
      json.member("window_start", request.start)
      json.member("window_end", request.window.end)
      json.array("windows") { json in
        for span in request.spans {
          json.object {
            $0.member("start", span.start)
            $0.member("end", span.end)
          }
        }
      }
      json.member("reference", references[request.version])
      json.member("config", configuration)
      json.member("dry_run", trigger.isDryRun)
    }
  }

  func write(_ reason: RetrainReason, _ json: inout JSONText) {
    json.member("reason", reason.name)
    guard let ask = reason.ask else { return }
    json.member("ask", ask.id)
    json.member("asked_reason", ask.reason)
  }

  /// The fields that moved, most effect first, each once.
  public func fields(of request: RetrainRequest) -> [String] {
    fields(of: request.alerts.map(\.subject))
  }

  func fields(of subjects: [AlertSubject]) -> [String] {
    var fields: [String] = []
    for field in subjects.compactMap({ field(of: $0) }) where !fields.contains(field) {
      fields.append(field)
    }
    return fields
  }
}
