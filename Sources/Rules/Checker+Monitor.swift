extension Checker {
  /// Predictions must stand in the reference; an ignored field may be foreign to it, but not when
  /// it looks like one of the reference's misspelt.
  mutating func checkRoles() {
    guard let fields else { return }
    for prediction in monitor.predictions { _ = field(prediction, in: monitor.file) }
    let names = fields.schema.fields.map(\.name)
    for ignored in monitor.ignored {
      guard case .unknown = fields.standing(of: ignored.value),
        let hint = Suggestion.didYouMean(ignored.value, among: names)
      else { continue }
      warning(
        monitor.file,
        ignored,
        "the reference has no field \(shown(ignored.value)) to ignore",
        hint: hint
      )
    }
  }

  /// Alerts and triggers are known by their names, over all files.
  mutating func checkRuleNames() {
    checkUnique(files.flatMap { file in file.rules.map { (file.file, $0.name) } }, "rule")
    checkUnique(files.flatMap { file in file.triggers.map { (file.file, $0.name) } }, "trigger")
  }

  private mutating func checkUnique(
    _ names: [(file: String, name: Located<String>)],
    _ what: String
  ) {
    var first: [String: (file: String, position: Position)] = [:]
    for (file, name) in names {
      guard let earlier = first[name.value] else {
        first[name.value] = (file, name.position)
        continue
      }
      error(
        file,
        name,
        "there is another \(what) named \(shown(name.value))",
        hint: "at \(earlier.file):\(earlier.position.line):\(earlier.position.column)"
      )
    }
  }
}
