extension Checker {
  /// Plans the triggers of a file.
  mutating func planTriggers(of file: RuleFile) -> [PlannedTrigger] {
    file.triggers.compactMap { trigger in
      let condition = trigger.condition?.compactMap { bind($0, of: trigger, in: file.file) }
      guard condition != nil || !trigger.hasCondition else { return nil }
      let planned = PlannedTrigger(
        name: trigger.name.value,
        condition: condition,
        settle: trigger.settle,
        cooldown: trigger.cooldown?.value,
        minRecords: trigger.minRecords,
        isDryRun: trigger.isDryRun,
        atMost: trigger.atMost?.value,
        every: trigger.every?.value,
        answerWithin: trigger.answerWithin?.value
      )
      checkPace(of: trigger, planned, in: file.file)
      checkLock(of: trigger, planned, in: file.file)
      return planned
    }
  }

  private mutating func bind(
    _ test: UnboundFiring,
    of trigger: TriggerDefinition,
    in file: String
  ) -> FiringComparison? {
    let definitions = files.flatMap(\.rules)
    guard let definition = definitions.first(where: { $0.name.value == test.rule.value }) else {
      guard knowsAllRules else { return nil }
      error(
        file,
        test.rule,
        "there is no rule named \(shown(test.rule.value))",
        hint: Suggestion.didYouMean(test.rule.value, among: definitions.map(\.name.value))
      )
      return nil
    }
    if definition.comparisons.contains(where: { $0.metric.isOfClock }) {
      error(
        file,
        test.rule,
        "\(shown(test.rule.value)) is judged by the clock: no records belong to its alerts",
        hint: "ask for training when rules of windows fire"
      )
      return nil
    }
    checkSettle(of: trigger, test, definition, in: file)
    if test.group != nil, definition.each == nil {
      error(
        file,
        test.rule,
        "\(shown(test.rule.value)) does not judge fields one by one",
        hint: "write firing(\(test.rule.value))"
      )
      return nil
    }
    guard let fields else { return nil }
    let members = test.group.map { fields.members(of: $0) }
    if let group = test.group, members?.isEmpty == true {
      warning(file, test.rule, "there are no \(group.phrase) to be a share of")
    }
    guard let index = rules.firstIndex(where: { $0.name == test.rule.value }) else { return nil }
    return FiringComparison(
      rule: index,
      group: members,
      relation: test.relation,
      threshold: test.threshold,
      text: test.text
    )
  }
}
