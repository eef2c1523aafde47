internal import Records

extension MonitorStatus {
  /// Compact JSON and a newline; durations in seconds, instants as RFC 3339, null for what is not
  /// known.
  public var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("monitor", monitor)
      json.member("time", time)
      json.member("has_run", hasRun)
      json.member("integrity", isIntact ? "ok" : "violated")
      json.member("lag_records", lag)
      json.member("lag_seconds", eventLag)
      json.name("evaluation")
      if let evaluation { write(evaluation, to: &json) } else { json.value(Int?.none) }
      json.array("sources") { json in
        for source in sources { json.object { write(source, to: &$0) } }
      }
      json.object("partials") { json in
        json.member("topic", partials.topic)
        json.member("committed", partials.committed)
        json.member("end", partials.end)
        json.member("lag", partials.lag)
      }
      json.member("last_snapshot", lastSnapshot)
      json.array("versions") { json in
        for entry in versions {
          json.object {
            $0.member("offset", entry.publication.offset)
            $0.member("version", entry.publication.version)
            $0.member("reference", entry.publication.reference)
            $0.member("from", entry.from)
          }
        }
      }
      json.member("requests", requests)
      json.member("unread", unread)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func write(_ evaluation: Evaluation, to json: inout JSONText) {
    json.object { json in
      json.object("records") { evaluation.records.writeMembers(to: &$0) }
      json.member("conserved", evaluation.isConserved)
      json.member("violations", evaluation.violations)
      json.member("windows", evaluation.windows)
      json.member("closed_through", evaluation.closedThrough)
      json.member("watermark", evaluation.watermark)
    }
  }

  private func write(_ source: Source, to json: inout JSONText) {
    json.member("topic", source.topic)
    json.member("partition", Int64(source.partition))
    json.member("committed", source.committed)
    json.member("end", source.end)
    json.member("lag", source.lag)
    json.member("watermark", source.watermark)
    json.member("delay_seconds", delay(of: source))
  }
}
