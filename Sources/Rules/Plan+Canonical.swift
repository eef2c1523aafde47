internal import Records
internal import Windowing

extension Plan {
  /// The plan as JSON whose bytes depend on what the files mean only.
  ///
  /// Comments, quoting, the order of keys and the choice of units leave no trace; neither do the
  /// output's and the connection's settings. The hash of these bytes is the `config` of every
  /// output, so what stands here, and in which order, is a promise.
  public var canonicalJSON: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("plan", 1)
      json.member("monitor", monitor)
      json.object("source") { source.write(to: &$0) }
      json.object("roles") { roles.write(to: &$0) }
      json.array("fields") { json in
        for field in fields { json.object { field.write(to: &$0) } }
      }
      if !segmentFields.isEmpty { json.member("segments", segmentFields.map(\.name)) }
      if !ownReferences.isEmpty { json.member("references", ownReferences) }
      json.array("windows") { json in
        for window in windows {
          json.object {
            $0.member("size", window.size.microseconds)
            $0.member("every", window.every.microseconds)
            $0.member("align", window.align.microseconds)
            guard let minRecords = window.minRecords else { return }
            $0.member("min_records", minRecords)
            $0.member("at_most", window.longest.microseconds)
          }
        }
      }
      json.member("lateness", lateness.microseconds)
      json.member("idle_after", idleAfter?.microseconds)
      json.member("max_future", maxFuture.microseconds)
      json.array("rules") { json in
        for rule in rules { json.object { rule.write(to: &$0) } }
      }
      json.array("triggers") { json in
        for trigger in triggers { json.object { trigger.write(to: &$0) } }
      }
    }
    return json.bytes
  }
}

extension SourcePlan {
  fileprivate func write(to json: inout JSONText) {
    json.member("topics", topics)
    json.member("format", format.rawValue)
    switch start {
    case .earliest: json.member("start", "earliest")
    case .latest: json.member("start", "latest")
    case .at(let time): json.member("start", time)
    }
    json.array("where") { json in
      for condition in conditions { json.value([condition.path.description, condition.value]) }
    }
  }
}

extension Roles {
  fileprivate func write(to json: inout JSONText) {
    json.member("time", time)
    json.member("time_unit", timeUnit?.rawValue)
    json.member("id", id)
    json.member("model_version", modelVersion)
    json.member("predictions", predictions)
    json.member("ignored", ignored)
  }
}

extension PlannedField {
  fileprivate func write(to json: inout JSONText) {
    json.member("name", name)
    json.member("kind", kind.rawValue)
    json.member("prediction", isPrediction)
  }
}

extension PlannedRule {
  fileprivate func write(to json: inout JSONText) {
    json.member("name", name)
    json.member("window", windowIndex)
    json.member("fields", fields)
    if let by { json.member("by", by) }
    json.name("expect")
    write(condition, to: &json)
    if let clear {
      json.name("clear")
      write(clear, to: &json)
    }
    switch life.hold {
    case .immediately: json.member("for", [Int64]())
    case .duration(let duration): json.member("for", [duration.microseconds])
    case .windows(let count, let total): json.member("for", [Int64(count), Int64(total)])
    }
    // What was not there in the beginning is written only where a file asks for it.
    for (name, duration) in [
      ("keep_firing_for", life.keepFiringFor), ("cooldown", life.cooldown),
      ("repeat", life.repeatEvery),
    ] {
      if let duration { json.member(name, duration.microseconds) }
    }
    if undecided != .ignore { json.member("undecided", undecided.rawValue) }
    json.member("severity", severity.rawValue)
    json.member("summary", summary?.source)
    json.member("runbook", runbook?.source)
    json.array("labels") { json in
      for label in labels { json.value([label.name, label.value]) }
    }
    json.member("min_records", minRecords)
    json.member("alpha", alpha)
    // Any other probability can only come from a budget.
    if isBudgeted, alpha == Checker.standardAlpha { json.member("budgeted", true) }
  }

  private func write(_ condition: Condition, to json: inout JSONText) {
    condition.write(to: &json) { comparison, json in
      json.object {
        if let detector = comparison.detector { $0.member("detector", detector.name) }
        $0.member("metric", comparison.metric.name)
        $0.member("field", comparison.field)
        if let partner = comparison.partner { $0.member("partner", partner.field) }
        $0.member("argument", comparison.argument)
        switch comparison.values?.source {
        case .list(let values)?: $0.member("values", values)
        case .pattern(let pattern)?: $0.member("pattern", pattern)
        case nil: break
        }
        switch comparison.baseline {
        case .reference: break
        case .previous: $0.member("against", "previous")
        case .version(let version): $0.member("versus", version)
        }
        $0.member("relation", comparison.relation.rawValue)
        $0.member("threshold", comparison.threshold)
      }
    }
  }
}

extension PlannedTrigger {
  fileprivate func write(to json: inout JSONText) {
    json.member("name", name)
    if let condition {
      json.name("when")
      condition.write(to: &json) { comparison, json in
        json.object {
          $0.member("rule", comparison.rule)
          $0.member("group", comparison.group)
          $0.member("relation", comparison.relation.rawValue)
          $0.member("threshold", comparison.threshold)
        }
      }
    }
    json.member("settle", settle)
    json.member("cooldown", cooldown?.microseconds)
    json.member("min_records", minRecords)
    json.member("dry_run", isDryRun)
    // As with rules, only where a file asks for it.
    if let atMost {
      json.member("at_most", [Int64(atMost.count), atMost.period.microseconds])
    }
    if let every { json.member("every", every.microseconds) }
    if let answerWithin { json.member("answer_within", answerWithin.microseconds) }
  }
}

extension Formula {
  fileprivate func write(
    to json: inout JSONText,
    _ writeTest: (Test, inout JSONText) -> Void
  ) {
    switch self {
    case .comparison(let test): writeTest(test, &json)
    case .not(let part):
      json.object { json in
        json.name("not")
        part.write(to: &json, writeTest)
      }
    case .all(let parts): json.object { Self.write(parts, "all", to: &$0, writeTest) }
    case .any(let parts): json.object { Self.write(parts, "any", to: &$0, writeTest) }
    }
  }

  private static func write(
    _ parts: [Formula],
    _ name: String,
    to json: inout JSONText,
    _ writeTest: (Test, inout JSONText) -> Void
  ) {
    json.array(name) { json in
      for part in parts { part.write(to: &json, writeTest) }
    }
  }
}
