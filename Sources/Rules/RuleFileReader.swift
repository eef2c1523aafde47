extension RuleFile {
  /// Reads a rule file; nil only when it is no mapping at all.
  ///
  /// Metrics, units and placeholders are checked here; fields and other rules by the `Checker`.
  ///
  /// - Returns: What could be read, and everything that is wrong, in order of place.
  public static func read(_ source: SourceText) -> (file: RuleFile?, diagnostics: [Diagnostic]) {
    NodeReader.read(source) { $0.ruleFile($1) }
  }
}

extension NodeReader {
  fileprivate mutating func ruleFile(_ node: YAMLNode) -> RuleFile? {
    guard let root = section(node, .ruleFile) else { return nil }
    var file = RuleFile(file: source.file)
    checkVersion(root)
    file.budget = budget(root)
    file.window = window(root)
    for item in items(root, "rules") {
      if let rule = rule(item) { file.rules.append(rule) }
    }
    for item in items(root, "triggers") {
      if let trigger = trigger(item) { file.triggers.append(trigger) }
    }
    return file
  }

  private mutating func rule(_ node: YAMLNode) -> RuleDefinition? {
    guard let section = section(node, .rule) else { return nil }
    let name = identifier(section)
    let each = selection(section)
    var rule = RuleDefinition(
      name: name ?? Located("", at: node.position, length: 1),
      each: each,
      condition: condition(section)
    )
    checkReach(of: rule)
    checkNegatedValues(of: rule)
    rule.by = text(section, "by", needs: "one of the monitor's segments")
    rule.clear = condition(section, "clear")
    rule.life = life(section)
    rule.holdPlace = place(section, "for")
    rule.keepPlace = place(section, "keep_firing_for")
    rule.undecided = choice(section, "undecided", as: UndecidedWindow.self) ?? .ignore
    rule.severity = choice(section, "severity", as: Severity.self) ?? .warning
    rule.summary = template(section, "summary")
    rule.runbook = runbook(section)
    rule.labels = labels(section)
    rule.window = window(section)
    rule.minRecords = count(section, "min_records") ?? 0
    rule.minRecordsPlace = section["min_records"].map {
      Located((), at: $0.position, length: $0.length)
    }
    return name == nil ? nil : rule
  }

  /// What shall hold: as `expect` says it, or the opposite of `when`.
  private mutating func condition(_ section: Section) -> Formula<UnboundComparison?>? {
    guard section["expect"] == nil else { return condition(section, "expect") }
    return condition(section, "when").map { .not($0) }
  }

  private mutating func life(_ section: Section) -> AlertLife {
    var life = AlertLife()
    life.hold = hold(section)
    life.keepFiringFor = positiveDuration(section, "keep_firing_for")
    life.cooldown = positiveDuration(section, "cooldown")
    life.repeatEvery = positiveDuration(section, "repeat")
    return life
  }

  private func place(_ section: Section, _ key: String) -> Located<Void>? {
    section[key].map { Located((), at: $0.position, length: $0.length) }
  }

  private mutating func trigger(_ node: YAMLNode) -> TriggerDefinition? {
    guard let section = section(node, .trigger) else { return nil }
    let name = identifier(section)
    var trigger = TriggerDefinition(
      name: name ?? Located("", at: node.position, length: 1),
      condition: firing(section)
    )
    trigger.hasCondition = section["when"] != nil
    trigger.settle = settle(section)
    trigger.settlePlace = place(section, "settle")
    trigger.cooldown = duration(section, "cooldown")
    trigger.atMost = atMost(section)
    trigger.every = positive(section, "every")
    trigger.answerWithin = positive(section, "answer_within")
    trigger.minRecords = count(section, "min_records") ?? 0
    trigger.isDryRun = flag(section, "dry_run") ?? false
    return name == nil ? nil : trigger
  }

  private mutating func identifier(_ section: Section) -> Located<String>? {
    guard let name = text(section, "name", needs: "a name") else { return nil }
    if isIdentifier(name.value) { return name }
    diagnostics.error(
      at: name,
      "\(shown(name.value)) is no name",
      hint: "use up to 128 letters, digits and '_', and start with a letter"
    )
    return nil
  }

  private func isIdentifier(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    let isFit = scalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0.isDigit || $0 == "_")
    }
    return isFit && scalars.first?.isDigit == false && scalars.count <= 128
  }

  private mutating func selection(_ section: Section) -> Located<FieldSelection>? {
    guard let node = section["each"] else { return nil }
    let groups = FieldGroup.allCases.map(\.rawValue)
    let needs = "one of \(groups.joined(separator: ", ")), a list of fields, or a pattern"
    let names = texts(section, "each", needs: needs, allowsSingle: true)
    guard let first = names.first else {
      if case .sequence(let items) = node.content, items.isEmpty {
        wrong(node, "each", needs: needs)
      }
      return nil
    }
    if case .scalar = node.content, let group = FieldGroup(rawValue: first.value) {
      return first.with(.group(group))
    }
    return Located(.names(names), at: node.position, length: node.length)
  }

  private mutating func labels(_ section: Section) -> [Label] {
    guard let node = section["labels"] else { return [] }
    guard case .mapping(let pairs) = node.content else {
      wrong(node, "labels", needs: "names and values, such as { team: checkout }")
      return []
    }
    var labels: [Label] = []
    for (key, value) in pairs {
      guard case .scalar(let name) = key.content, isIdentifier(name.text) else {
        diagnostics.error(
          at: key.position,
          length: key.length,
          "the name of a label is of letters, digits and '_'"
        )
        continue
      }
      guard case .scalar(let text) = value.content else {
        wrong(value, name.text, needs: "a text")
        continue
      }
      labels.append(Label(name: name.text, value: text.text))
    }
    return labels.sorted { $0.name < $1.name }
  }

  /// A runbook's address; braces that name no value are part of it.
  private mutating func runbook(_ section: Section) -> Template? {
    guard let text = alignedText(section, "runbook", needs: "a text") else { return nil }
    let (template, errors) = Template.parse(text.scalars)
    for error in errors {
      let place = text.place(of: error.range)
      diagnostics.warning(
        at: Located((), at: place.position, length: place.length),
        "\(error.message); the runbook is taken as it is",
        hint: error.hint
      )
    }
    return errors.isEmpty ? template : Template(literally: String(scalars: text.scalars))
  }

  private mutating func template(_ section: Section, _ key: String) -> Template? {
    guard let text = alignedText(section, key, needs: "a text") else { return nil }
    let (template, errors) = Template.parse(text.scalars)
    for error in errors { report(error, in: text) }
    return template
  }

  /// Notes an error inside a text.
  mutating func report(_ error: SyntaxError, in text: AlignedText) {
    let place = text.place(of: error.range)
    diagnostics.error(at: place.position, length: place.length, error.message, hint: error.hint)
  }
}
