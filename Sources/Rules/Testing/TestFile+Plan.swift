extension TestFile {
  /// Checks the rules of a test file under the monitor whose settings stand in it.
  ///
  /// - Parameters:
  ///   - source: The test file, for the places of what is wrong.
  ///   - rules: The rule files that it names, in its order.
  ///   - monitor: The settings.
  ///   - schema: The reference's fields.
  /// - Returns: The plan, and everything that is wrong with it; not what `read` has said already.
  public static func check(
    _ source: SourceText,
    rules: [SourceText],
    monitor: MonitorFile,
    schema: ReferenceSchema?
  ) -> Checker.Result {
    Checker.check(monitor, [], sources: [source] + rules, schema: schema)
  }

  /// Names in expectations that are none of the plan's.
  public func problems(in plan: Plan) -> [Diagnostic] {
    var list = DiagnosticList(file: file)
    let rules = plan.rules.map(\.name)
    let fields = plan.fields.map(\.name)
    let triggers = plan.triggers.map(\.name)
    for said in tests.flatMap(\.control) {
      list.check(said.trigger, "trigger", among: triggers)
    }
    for expectation in tests.flatMap(\.expectations) {
      for said in expectation.training ?? [] {
        list.check(said.trigger, "trigger", among: triggers)
      }
      for alert in expectation.alerts ?? [] {
        list.check(alert.values[.rule], "rule", among: rules)
        list.check(alert.values[.field], "judged field", among: fields)
        guard let name = alert.values[.rule], alert.values[.field] == nil,
          let rule = plan.rules.first(where: { $0.name == name.value }), let each = rule.fields
        else { continue }
        list.error(
          at: name,
          "\(shown(name.value)) judges fields one by one, and this does not say which",
          hint: each.first.map { "such as 'field: \(plan.fields[$0].name)'" }
        )
      }
      for trigger in expectation.triggers ?? [] {
        list.check(trigger.name, "trigger", among: triggers)
        for field in trigger.fields ?? [] { list.check(field, "judged field", among: fields) }
      }
    }
    return list.diagnostics.inOrder(of: [file])
  }
}

extension DiagnosticList {
  fileprivate mutating func check(_ name: Located<String>?, _ what: String, among known: [String]) {
    guard let name, !known.contains(name.value) else { return }
    error(
      at: name,
      "there is no \(what) \(shown(name.value))",
      hint: Suggestion.didYouMean(name.value, among: known)
    )
  }
}
