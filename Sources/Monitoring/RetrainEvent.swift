import Records
import Rules
import Windowing

extension EventWriter {
  /// `io.leeway.retrain.request.v1`: a request to train, with the exact records to train on;
  /// `io.leeway.retrain.silenced.v1` for one that nobody is to act on.
  func record(_ request: RetrainRequest) -> OutputRecord {
    let isSilenced = request.silence != nil
    let type = "io.leeway.retrain.\(isSilenced ? "silenced" : "request").v1"
    let trigger = plan.triggers[request.trigger]
    let span = Window(
      specification: request.window.specification,
      start: request.start,
      end: request.window.end
    )
    let id = id(type: type, version: request.version, window: span, rule: trigger.name)
    return event(
      .retraining,
      type: type,
      subject: "trigger/\(trigger.name)",
      id: id,
      time: request.window.end
    ) { json in
      json.member("monitor", plan.monitor)
      json.member("model_version", request.version)
      json.member("trigger", trigger.name)
      json.member("reason", "drift")
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

  /// The fields that moved, most effect first, each once.
  public func fields(of request: RetrainRequest) -> [String] {
    var fields: [String] = []
    for field in request.alerts.compactMap({ field(of: $0.subject) })
    where !fields.contains(field) {
      fields.append(field)
    }
    return fields
  }
}
