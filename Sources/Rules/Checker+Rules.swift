internal import Records
internal import Windowing

extension Checker {
  /// Plans the rules of a file and shares its budget among their tests.
  mutating func planRules(of file: RuleFile) {
    let first = rules.count
    for rule in file.rules { plan(rule, of: file) }
    guard let budget = file.budget else { return }
    for rule in file.rules { warnOfBudget(rule, in: file.file) }
    guard fields != nil else { return }
    let tests = testsPerPeriod(of: rules[first...], budget.value)
    guard tests > 0 else {
      // A rule that is wrong might spend it, once it is right.
      guard rules.count - first == file.rules.count else { return }
      return warning(
        file.file,
        budget,
        "nothing here spends a budget",
        hint: "only lower bounds such as 'excess_drift' do"
      )
    }
    let share = budget.value.alarms / tests
    let alpha = min(max(share, Self.smallestAlpha), Self.largestAlpha)
    for index in rules.indices[first...] {
      rules[index].alpha = alpha
      rules[index].isBudgeted = true
    }
  }

  /// Probability of a false alarm of one test where no budget is given.
  static let standardAlpha = 0.001
  /// A budget never makes a single test less strict than this.
  private static let largestAlpha = 0.05
  /// Nor stricter than this, so that a minute budget remains a probability above 0.
  private static let smallestAlpha = 1e-15

  /// Lower bounds that the rules compute in a period: per window, one for each field and mention.
  ///
  /// Windows that wait for records are counted as if none had to: there are no more than so many.
  private func testsPerPeriod(of rules: ArraySlice<PlannedRule>, _ budget: Budget) -> Double {
    rules.reduce(0) { sum, rule in
      let bounds = rule.condition.tests.count { $0.isLowerBound }
      let every = windows.specifications[rule.windowIndex].every
      let subjects = (rule.fields?.count ?? 1) * segmentCount(of: rule)
      return sum + Double(bounds * subjects) * (budget.period / every)
    }
  }

  private mutating func plan(_ rule: RuleDefinition, of file: RuleFile) {
    let selected = rule.each.flatMap { select($0, in: file.file) }
    let window = rule.window ?? file.window ?? monitor.window
    let windowIndex = window.map {
      windows.index(of: $0, in: rule.window ?? file.window == nil ? monitor.file : file.file)
    }
    guard let unbound = rule.condition else { return }
    if let selected { checkKinds(of: rule, selected, in: file.file) }
    checkDetectors(of: rule, window?.value, in: file.file)
    checkEnd(of: rule, window?.value, in: file.file)
    warnOfNaturalWindow(of: rule, window?.value, in: file.file)
    if file.budget != nil { warnOfOwnWindows(of: rule, selected ?? [], in: file.file) }
    if let each = rule.each, unbound.tests.allSatisfy({ $0?.metric.isOfField == false }) {
      warning(file.file, each, "'each' names fields, but nothing of a field is compared")
    }
    let bound = unbound.compactMap { $0.flatMap { bind($0, in: file.file) } }
    let clear = rule.clear?.compactMap { $0.flatMap { bind($0, in: file.file) } }
    checkClock(of: rule, in: file.file)
    checkVersions(of: rule, in: file.file)
    let by = segmentField(of: rule, in: file.file)
    let judged = (selected ?? []).filter { !isSegmentField($0, by) }
    if let each = rule.each, judged.isEmpty, selected?.isEmpty == false {
      let message = "each segment has one value of this field: the rule judges nothing"
      warning(file.file, each, message, hint: "name other fields, or leave out 'by'")
    }
    guard let condition = bound, fields != nil, let windowIndex else { return }
    warnOfValues(of: rule, condition, in: file.file)
    rules.append(
      PlannedRule(
        name: rule.name.value,
        windowIndex: windowIndex,
        fields: rule.each == nil ? nil : judged,
        by: by,
        condition: condition,
        clear: clear,
        life: rule.life,
        undecided: rule.undecided,
        severity: rule.severity,
        summary: rule.summary,
        runbook: rule.runbook,
        labels: rule.labels,
        minRecords: rule.minRecords,
        alpha: Self.standardAlpha
      )
    )
  }

  /// The fields of `each`; nil when they cannot be known.
  private mutating func select(_ each: Located<FieldSelection>, in file: String) -> [Int]? {
    guard let fields else { return nil }
    switch each.value {
    case .group(let group):
      let members = fields.members(of: group)
      if members.isEmpty {
        warning(file, each, "there are no \(group.phrase): the rule judges nothing")
      }
      return members
    case .names(let names):
      // A single name may have been meant as a group's.
      let groups = names.count == 1 ? FieldGroup.allCases.map(\.rawValue) : []
      var members: Set<Int> = []
      for name in names {
        guard name.value.contains("*") else {
          let hint = groups.contains(name.value) ? "write 'each: \(name.value)'" : nil
          let index = field(name, in: file, orOneOf: groups, hint: hint)
          if let index { members.insert(index) }
          continue
        }
        let matches = fields.matches(of: name.value)
        if matches.isEmpty { warning(file, name, "no field matches \(shown(name.value))") }
        members.formUnion(matches)
      }
      return members.sorted()
    }
  }

  private mutating func checkKinds(
    of rule: RuleDefinition,
    _ selected: [Int],
    in file: String
  ) {
    guard let fields else { return }
    for test in rule.comparisons + rule.clearComparisons {
      guard case .field(let kind?) = test.metric.level,
        let other = selected.first(where: { fields.judged[$0].kind != kind })
      else { continue }
      let field = fields.judged[other]
      error(
        file,
        test.place,
        "'\(test.metric.name)' is of \(kind.rawValue) fields, "
          + "but 'each' names the \(field.kind.rawValue) field \(shown(field.name))",
        hint: "write 'each: \(kind.rawValue)'"
      )
    }
  }

  /// Of a name that is no field's: how an argument of the metric is written.
  private func hint(inTheFieldsPlace name: String, of metric: Metric) -> String? {
    guard metric.arguments.resembles(name), let example = metric.arguments.example else {
      return nil
    }
    return "write \(metric.name)(FIELD, \(metric.arguments.contains(name) ? name : example))"
  }

  private mutating func bind(_ test: UnboundComparison, in file: String) -> Comparison? {
    var index: Int?
    if let name = test.field {
      index = field(name, in: file, hint: hint(inTheFieldsPlace: name.value, of: test.metric))
      guard let fields, let found = index else { return nil }
      if case .field(let kind?) = test.metric.level, fields.judged[found].kind != kind {
        error(
          file,
          name,
          "'\(test.metric.name)' is of \(kind.rawValue) fields, but \(shown(name.value)) is "
            + fields.judged[found].kind.rawValue
        )
        return nil
      }
    }
    warnWithoutNatural(test, in: file)
    warnWithoutRhythm(test, in: file)
    guard checkRoles(of: test, in: file), checkVersion(of: test, in: file) else { return nil }
    var partner: Comparison.Partner?
    if let name = test.partner {
      guard let index, let found = self.partner(name, of: index, test, in: file) else {
        return nil
      }
      partner = found
    }
    var values: ValueTest?
    if let unbound = test.values {
      guard let index, let found = self.values(unbound, of: index, in: file) else { return nil }
      values = found
    }
    return Comparison(
      metric: test.metric,
      detector: test.detector,
      field: index,
      partner: partner,
      argument: test.argument,
      values: values,
      baseline: test.baseline,
      relation: test.relation,
      threshold: test.threshold,
      text: test.text
    )
  }
}

extension Checker {
  /// What is judged by the clock is judged alone, and not by windows.
  private mutating func checkClock(of rule: RuleDefinition, in file: String) {
    let comparisons = rule.comparisons + rule.clearComparisons
    guard let clock = comparisons.first(where: { $0.metric.isOfClock }) else { return }
    if let other = comparisons.first(where: { !$0.metric.isOfClock }) {
      error(
        file,
        other.place,
        "'\(clock.metric.name)' is judged by the clock, '\(other.metric.name)' by windows",
        hint: "write two rules"
      )
    }
    if rule.window != nil {
      error(
        file,
        clock.place,
        "'\(clock.metric.name)' is judged each minute of the clock: this rule has no use for "
          + "'window'",
        hint: "say how long it may fail with 'for: 10m'"
      )
    }
  }

  /// Some metrics need to know what a field of the event is for.
  private mutating func checkRoles(of test: UnboundComparison, in file: String) -> Bool {
    switch test.metric.state {
    case .identifiers where monitor.id == nil:
      error(
        file,
        test.place,
        "'\(test.metric.name)' needs the field that tells records apart",
        hint: "name it in the monitor: fields: { id: FIELD }"
      )
      return false
    case .lags where monitor.time.map({ FieldPath($0.value).source }) == .timestamp:
      warning(
        file,
        test.place,
        "'\(test.metric.name)' is always 0 here: the broker's time is the event's"
      )
    default: break
    }
    return true
  }

  /// Some metrics need to know how much a reference differs from itself: each of the references.
  private mutating func warnWithoutNatural(_ test: UnboundComparison, in file: String) {
    guard Self.usingNatural.contains(test.metric.name) else { return }
    let consequence = test.metric.isLowerBound ? "takes off nothing" : "is unknown"
    var ignorant: [String] = fields?.hasNatural == false ? ["the reference"] : []
    for (reference, own) in ownFields where !own.hasNatural {
      ignorant.append("the reference of model version \(shown(reference.version.value))")
    }
    for reference in ignorant {
      warning(
        file,
        test.place,
        "\(reference) does not know how much it differs from itself, "
          + "so '\(test.metric.name)' \(consequence)",
        hint: "profile it with --time and --window"
      )
    }
  }
}

extension Checker {
  /// A stream is expected to keep the pace of the standard reference, whatever its versions.
  private mutating func warnWithoutRhythm(_ test: UnboundComparison, in file: String) {
    guard test.metric.name == "count_change", let fields, fields.schema.pace == nil else { return }
    warning(
      file,
      test.place,
      "the reference does not know how many records to expect, so 'count_change' is undecided",
      hint: "profile it with --time"
    )
  }
}

extension FieldGroup {
  /// For messages.
  var phrase: String {
    switch self {
    case .features, .predictions: rawValue
    case .numeric, .categorical: "\(rawValue) features"
    }
  }
}
