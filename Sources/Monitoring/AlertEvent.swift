import Drift
import Records
import Rules
import Sketches
import Windowing

extension EventWriter {
  /// What an alert is called from pending to resolved.
  ///
  /// The model version is part of it: two versions may break the same rule in the same window.
  func name(of alert: AlertTransition) -> String {
    EventIdentity.hash([
      plan.monitor, plan.rules[alert.subject.rule].name,
      plan.name(ofSegment: alert.subject.segment), field(of: alert.subject) ?? "",
      alert.subject.version?.name ?? "", alert.first.start.description, alert.first.end.description,
    ])
  }

  /// What the alerts are called that one cause may have brought.
  private func group(of alert: Alert) -> String {
    let (transition, window) = (alert.transition, alert.window)
    return EventIdentity.hash([
      "group", plan.monitor, plan.rules[transition.subject.rule].name,
      transition.subject.version?.name ?? "", transition.state.rawValue, window.start.description,
      window.end.description,
    ])
  }

  /// `io.leeway.alert.v1`: an alert that changed its state, with all that explains it.
  func record(_ alert: Alert) -> OutputRecord {
    let type = EventType.alert
    let subject = alert.transition.subject
    let rule = plan.rules[subject.rule]
    let field = field(of: subject)
    let id = id(
      type: type,
      version: subject.version,
      window: alert.window,
      segment: subject.segment,
      field: field,
      rule: rule.name,
      state: alert.transition.state.rawValue,
      repetition: alert.transition.repetition
    )
    let segment = plan.name(ofSegment: subject.segment)
    let about =
      "rule/\(rule.name)" + (field.map { "/field/\($0)" } ?? "")
      + (subject.segment == nil ? "" : "/segment/\(segment)")
    return event(.alerts, type: type, subject: about, id: id, time: alert.window.end) { json in
      json.member("alert", name(of: alert.transition))
      json.member("state", alert.transition.state.rawValue)
      if alert.transition.repetition > 0 { json.member("repeat", alert.transition.repetition) }
      json.member("monitor", plan.monitor)
      json.member("model_version", subject.version)
      if let versus = rule.versus { json.member("versus", versus) }
      json.member("rule", rule.name)
      json.member("severity", rule.severity.rawValue)
      json.member("segment", segment)
      json.member("field", field)
      if let silence = alert.silence { write(silence, &json) }
      writeEvidence(alert, rule, &json)
      json.member("window_start", alert.window.start)
      json.member("window_end", alert.window.end)
      json.member("first_seen", alert.transition.first.start)
      json.member("group", group(of: alert))
      json.member("group_size", alert.group.size)
      json.member("group_rank", alert.group.rank)
      if let explains = alert.explains { json.member("explains", explains) }
      json.member("summary", alert.summary)
      json.member("runbook", alert.runbook)
      writeLabels(rule, &json)
      writeCovers("offsets", alert.covers, watermarks: false, &json)
      json.member("reference", references[subject.version])
      json.member("config", configuration)
      writeDigest(alert.comparison, &json)
    }
  }

  func field(of subject: AlertSubject) -> String? { subject.field.map { plan.fields[$0].name } }

  private func writeEvidence(_ alert: Alert, _ rule: PlannedRule, _ json: inout JSONText) {
    let evidence = alert.evidence
    let measurement = evidence?.observation.measurement
    let isLowerBound = evidence?.comparison.isLowerBound ?? false
    json.member("statistic", evidence?.comparison.statistic)
    json.member("value", measurement?.value)
    json.member("distance", measurement?.distance)
    json.member("p_value", measurement?.pValue)
    json.member("confidence", isLowerBound ? 1 - rule.alpha(sharedBy: alert.versions) : nil)
    json.member("threshold", evidence?.comparison.threshold)
    json.member("threshold_source", "rule")
    json.member("n_current", alert.currentCount)
    json.member("n_reference", alert.referenceCount)
    json.member("bound", measurement?.bound)
    guard let evidence, isLowerBound, let comparison = alert.comparison else { return }
    let metric = evidence.comparison.metric
    json.member("alpha", rule.alpha(sharedBy: alert.versions))
    if let natural = metric.natural(of: comparison) { json.member("natural", natural) }
    // Of categories, of shares and of two windows α is all there is.
    if comparison.isNumeric, ["drift", "excess_drift"].contains(metric.name),
      evidence.comparison.baseline == .reference
    {
      json.member("delta", Confidence.standard(fields: plan.comparedDistributions).delta)
    }
  }

  /// Why nobody was woken.
  func write(_ silence: Silence, _ json: inout JSONText) {
    json.member("silenced_by", silence.id)
    json.member("silence_reason", silence.reason)
  }

  private func writeLabels(_ rule: PlannedRule, _ json: inout JSONText) {
    guard !rule.labels.isEmpty else { return }
    json.object("labels") { json in
      for label in rule.labels { json.member(label.name, label.value) }
    }
  }

  /// Both distributions, small enough for a message and without the names of categories that are
  /// rare in the profile.
  private func writeDigest(_ comparison: FieldComparison?, _ json: inout JSONText) {
    json.name("digest")
    guard let comparison else { return json.raw("null".utf8) }
    let frequencies = comparison.profileCounts ?? comparison.referenceBins
    var count = comparison.categories.indices.prefix { index in
      frequencies[index] >= limits.categoryFloor
    }.count
    var digest = Self.digest(comparison, categories: count)
    while digest.bytes.count > limits.digestBytes, count > 0 {
      count /= 2
      digest = Self.digest(comparison, categories: count)
    }
    json.raw(digest.bytes)
  }

  /// The digest with so many of the most frequent categories named.
  private static func digest(_ comparison: FieldComparison, categories count: Int) -> JSONText {
    var json = JSONText()
    json.object { json in
      if comparison.isNumeric {
        json.member("edges", comparison.edges)
        json.member("reference", comparison.referenceBins)
        json.member("current", comparison.currentBins)
      } else {
        write(comparison, categories: count, &json)
      }
      for (name, completeness) in [
        ("reference", comparison.referenceCompleteness),
        ("current", comparison.currentCompleteness),
      ] {
        json.member("records_\(name)", completeness.records)
        json.member("missing_\(name)", completeness.missing)
      }
    }
    return json
  }

  /// A reference has seen no unseen ones; a window in its place may.
  private static func write(
    _ comparison: FieldComparison,
    categories count: Int,
    _ json: inout JSONText
  ) {
    let (reference, current) = (comparison.referenceBins, comparison.currentBins)
    json.member("categories", Array(comparison.categories.prefix(count)))
    json.member("reference", Array(reference.prefix(count)))
    json.member("current", Array(current.prefix(count)))
    let others = reference.dropFirst(count)
    json.member("other_reference", (comparison.isOfWindows ? others.dropLast() : others).total)
    json.member("other_current", current.dropFirst(count).dropLast().total)
    if comparison.isOfWindows { json.member("unseen_reference", reference.last ?? 0) }
    json.member("unseen_current", current.last ?? 0)
  }
}
