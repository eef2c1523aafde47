extension NodeReader {
  /// `expect`: what shall be so, by increasing time.
  mutating func expectations(_ parts: Section) -> [TestExpectation] {
    var expectations: [TestExpectation] = []
    for item in items(parts, "expect") {
      guard let expectation = expectation(item) else { continue }
      if let last = expectations.last, expectation.time.value <= last.time.value {
        diagnostics.error(
          at: expectation.time,
          "expectations stand in the order of their times",
          hint: "the one before is of \(DurationText.text(of: last.time.value))"
        )
      }
      expectations.append(expectation)
    }
    if let node = parts["expect"], case .sequence(let items) = node.content, items.isEmpty {
      wrong(node, "expect", needs: "at least one time and what is then", hint: Self.silence)
    }
    return expectations
  }

  private static let silence = "such as { until: 4d, alerts: [] } for silence"

  private mutating func expectation(_ node: YAMLNode) -> TestExpectation? {
    guard let parts = section(node, .expectation) else { return nil }
    if ["alerts", "triggers", "training"].allSatisfy({ parts[$0] == nil }) {
      diagnostics.error(
        at: node.position,
        "an expectation lists 'alerts', 'triggers', 'training' or several of them",
        hint: Self.silence
      )
    }
    let isThroughout = parts["until"] != nil
    let alerts = parts["alerts"] == nil ? nil : alerts(parts)
    let triggers = parts["triggers"] == nil ? nil : triggers(parts)
    let training = parts["training"] == nil ? nil : training(parts)
    guard let time = duration(parts, isThroughout ? "until" : "at") else { return nil }
    return TestExpectation(
      time: time,
      isThroughout: isThroughout,
      alerts: alerts,
      triggers: triggers,
      training: training
    )
  }

  private mutating func training(_ parts: Section) -> [ExpectedTraining] {
    items(parts, "training").compactMap { item in
      guard let members = section(item, .expectedTraining),
        let trigger = text(members, "trigger")
      else { return nil }
      return ExpectedTraining(
        trigger: trigger,
        event: choice(members, "event", as: ExpectedTraining.Event.self) ?? .request,
        reason: choice(members, "reason", among: ExpectedTraining.reasons),
        refusal: choice(members, "refusal", among: ExpectedTraining.refusals)
      )
    }
  }

  /// `control`: what is said to triggers, by increasing time.
  mutating func control(_ parts: Section) -> [TestControl] {
    items(parts, "control").compactMap { item in
      guard let members = section(item, .testControl), let time = duration(members, "at") else {
        return nil
      }
      if let trigger = text(members, "asked") {
        let reason = text(members, "reason")?.value ?? "a test"
        return TestControl(time: time, trigger: trigger, content: .asked(reason))
      }
      guard let trigger = text(members, "completed") else { return nil }
      let hasSucceeded =
        choice(members, "status", among: TestControl.statuses) != "failed"
      return TestControl(time: time, trigger: trigger, content: .completed(hasSucceeded))
    }
    .sorted { $0.time.value < $1.time.value }
  }

  private mutating func alerts(_ parts: Section) -> [ExpectedAlert] {
    let known = ExpectedAlert.Key.allCases
    var alerts: [ExpectedAlert] = []
    for item in items(parts, "alerts") {
      guard let members = section(item, .expectedAlert) else { continue }
      var values: [ExpectedAlert.Key: Located<String>] = [:]
      for key in known { values[key] = text(members, key.rawValue) }
      let states = ExpectedAlert.states
      if let state = values[.state], !states.contains(state.value) {
        diagnostics.error(
          at: state,
          "an alert that stands is pending or firing, not \(shown(state.value))",
          hint: Suggestion.didYouMean(state.value, among: states)
            ?? (state.value == "resolved" ? "leave it out of the list" : nil)
        )
      }
      if values[.rule] != nil {
        alerts.append(ExpectedAlert(position: item.position, values: values))
      }
    }
    return alerts
  }

  private mutating func triggers(_ parts: Section) -> [ExpectedTrigger] {
    items(parts, "triggers").compactMap { item in
      guard case .mapping = item.content else {
        return text(item, "triggers", needs: "names of triggers").map { ExpectedTrigger(name: $0) }
      }
      guard let members = section(item, .expectedTrigger),
        let name = text(members, "trigger")
      else { return nil }
      let hasFields = members["fields"] != nil
      let fields = texts(members, "fields", needs: "a list of fields")
      return ExpectedTrigger(name: name, fields: hasFields ? fields : nil)
    }
  }
}
