internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

extension PlanExplanation {
  /// Compact JSON and a newline; durations in the text of files, what is not known is null.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("monitor", plan.monitor)
      json.member("topics", plan.source.topics)
      json.member("lateness", DurationText.text(of: plan.lateness))
      json.member("pane", DurationText.text(of: .microseconds(plan.panes.width)))
      json.array("windows") { json in for use in windows { use.write(to: &json) } }
      json.array("fields") { json in for field in fields { field.write(to: &json) } }
      json.object("state") { json in
        json.member("panes", state.openPanes)
        json.member("bytes_per_pane", state.bytesPerPane)
        json.member("model_versions", state.versionsApart)
        json.member("most_bytes", state.mostBytes)
        json.member("limit_bytes", state.limitBytes)
        json.member("closing_bytes", state.closingBytes)
        json.member("bytes_per_partition", state.bytesPerPartition)
        json.member("remembered_panes", state.rememberedPanes)
        json.member("remembered_partitions", state.rememberedPartitions)
        json.member("remembered_bytes", state.rememberedBytes)
      }
      json.array("rules") { json in for rule in rules { rule.write(to: &json) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension PlanExplanation.WindowUse {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("size", DurationText.text(of: specification.size))
      json.member("every", DurationText.text(of: specification.every))
      json.member("at_most", DurationText.text(of: specification.longest))
      json.member("min_records", specification.minRecords)
      json.member("panes", panes)
      json.member("records", usual)
      json.member("busiest", most)
      json.member("rules", rules)
    }
  }
}

extension PlanExplanation.FieldState {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("field", field.name)
      if let version { json.member("model_version", version) }
      json.member("kind", field.kind.rawValue)
      json.member(field.kind == .numeric ? "points" : "categories", size)
      json.member("sketches", sketches)
      json.member("bytes", bytes)
    }
  }
}

extension RuleExplanation {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("rule", rule.name)
      json.member("severity", rule.severity.rawValue)
      json.member("expects", rule.condition.text)
      json.member("fields", fields)
      json.member("window", window.map { DurationText.text(of: $0.size) })
      json.member("tests_per_window", testsPerWindow)
      json.member("tests_per_day", testsPerDay)
      json.member("alpha", testsPerWindow > 0 ? rule.alpha : nil)
      json.member("min_records", rule.minRecords)
      json.member("earliest", DurationText.text(of: earliest))
      json.array("lower_bounds") { json in for sight in sights { sight.write(to: &json) } }
    }
  }
}

extension RuleExplanation.Sight {
  fileprivate func write(to json: inout JSONText) {
    json.object { json in
      json.member("field", field)
      if let version { json.member("model_version", version) }
      json.member("statistic", comparison.statistic)
      json.member("threshold", comparison.threshold)
      json.member("n", count)
      json.member("n_busiest", most)
      json.member("n_needed", needed)
      json.member("above_zero_from", seen)
      json.member("exceeds_from", exceeds)
      json.member("always_undecided", isBlind)
    }
  }
}
