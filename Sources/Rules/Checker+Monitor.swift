internal import Records

extension Checker {
  /// Predictions must stand in the reference; an ignored field may be foreign to it, but not when
  /// it looks like one of the reference's misspelt.
  mutating func checkRoles() {
    guard let fields else { return }
    for prediction in monitor.predictions { _ = field(prediction, in: monitor.file) }
    let names = fields.schema.fields.map(\.name)
    for ignored in monitor.ignored {
      guard case .unknown = fields.standing(of: ignored.value),
        ownFields.allSatisfy({ !$0.fields.has(ignored.value) }),
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

  /// The same rules judge all model versions: each reference must have the fields that they judge.
  mutating func checkReferences() {
    guard let fields else { return }
    for (reference, own) in ownFields {
      let kinds = Dictionary(own.judged.map { ($0.path, $0.kind) }, uniquingKeysWith: { $1 })
      for field in segmentFields where !fields.judged.contains(where: { $0.path == field.path }) {
        let found = own.schema.fields.first { FieldPath($0.name) == field.path }
        guard found?.kind != .categorical else { continue }
        let message = "segments are of \(shown(field.name)), which is no category of this reference"
        error(monitor.file, reference.path, message)
      }
      for field in fields.judged {
        let name = shown(field.name)
        guard let kind = kinds[field.path] else {
          let message = "this reference has no field \(name), but the standard one has"
          error(monitor.file, reference.path, message)
          continue
        }
        guard kind != field.kind else { continue }
        error(
          monitor.file,
          reference.path,
          "field \(name) is \(kind.rawValue) in this reference, but \(field.kind.rawValue) in the "
            + "standard one",
          hint: "profile it with --kind \(field.name)=\(field.kind.rawValue)"
        )
      }
      for field in own.judged {
        guard case .unknown = fields.standing(of: field.name) else { continue }
        error(
          monitor.file,
          reference.path,
          "this reference has a field \(shown(field.name)), but the standard one has none",
          hint: "ignore it, or profile with --exclude \(field.name)"
        )
      }
    }
  }

  /// Alerts and triggers are known by their names, over all files.
  mutating func checkRuleNames() {
    // The built-in ones, which come last, have their names first.
    let files = files.suffix(1) + files.dropLast()
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
        hint: earlier.file == Self.builtInName
          ? "every monitor has it: choose another name"
          : "at \(earlier.file):\(earlier.position.line):\(earlier.position.column)"
      )
    }
  }
}
