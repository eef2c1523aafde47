internal import Records
internal import Windowing

/// Turns a monitor's file and its rule files into a plan, or says everything that is wrong.
public struct Checker {
  /// What came of a check.
  public struct Result: Sendable {
    /// The plan; nil when there are errors, or when the reference is not known.
    public var plan: Plan?
    /// Everything that is wrong, by file in the order given, then by place.
    public var diagnostics: [Diagnostic]
    /// The texts, for rendering the diagnostics.
    public var sources: [SourceText]

    /// The diagnostics as text, each with its source line.
    public var report: String { diagnostics.rendered(with: sources) }
  }

  let monitor: MonitorFile
  let files: [RuleFile]
  let fields: FieldTable?
  /// The references of model versions with their own, as far as they could be read.
  let ownFields: [(reference: OwnReference, fields: FieldTable)]
  /// Whether every rule file could be read: only then is an unknown rule known to be none.
  let knowsAllRules: Bool
  var windows = WindowTable()
  var diagnostics: [String: DiagnosticList] = [:]
  var rules: [PlannedRule] = []
  var segmentFields: [SegmentField] = []

  /// Reads and checks a monitor with its rules.
  ///
  /// - Parameters:
  ///   - monitor: The monitor's file.
  ///   - rules: The rule files that it names, in its order.
  ///   - schema: The reference's fields; without it what needs them is not checked.
  ///   - own: The fields of the references of model versions with their own, by version.
  /// - Returns: The plan, and everything that is wrong.
  public static func check(
    monitor: SourceText,
    rules: [SourceText],
    schema: ReferenceSchema?,
    own: [String: ReferenceSchema] = [:]
  ) -> Result {
    let (file, found) = MonitorFile.read(monitor)
    return check(file, found, sources: [monitor] + rules, schema: schema, own: own)
  }

  /// Checks a monitor that was read; the first of the sources is its own, the others are rules.
  static func check(
    _ monitorFile: MonitorFile?,
    _ monitorDiagnostics: [Diagnostic],
    sources: [SourceText],
    schema: ReferenceSchema?,
    own: [String: ReferenceSchema] = [:]
  ) -> Result {
    let readings = sources.dropFirst().map { RuleFile.read($0) }
    var found = monitorDiagnostics + readings.flatMap(\.diagnostics)
    var plan: Plan?
    if let monitorFile {
      var checker = Checker(monitorFile, readings.map(\.file), schema, own)
      plan = checker.plan()
      found += sources.flatMap { checker.diagnostics[$0.file]?.diagnostics ?? [] }
      found += checker.windows.checkPanes(lateness: monitorFile.lateness)
    }
    return Result(
      plan: found.hasErrors ? nil : plan,
      diagnostics: found.inOrder(of: sources.map(\.file)),
      sources: sources
    )
  }

  private init(
    _ monitor: MonitorFile,
    _ files: [RuleFile?],
    _ schema: ReferenceSchema?,
    _ own: [String: ReferenceSchema]
  ) {
    self.monitor = monitor
    self.files = files.compactMap(\.self) + [Self.builtIn].compactMap(\.self)
    knowsAllRules = files.allSatisfy { $0 != nil }
    fields = schema.map { FieldTable(monitor: monitor, schema: $0) }
    ownFields = monitor.references.compactMap { reference in
      own[reference.version.value].map {
        (reference, FieldTable(monitor: monitor, schema: $0))
      }
    }
  }

  static let builtInName = "built-in rules"

  /// What every monitor has to say, asked or not: that its own numbers cannot be trusted.
  private static let builtIn = RuleFile.read(
    SourceText(
      file: builtInName,
      text: """
        version: 1
        rules:
          - name: IntegrityHeld
            expect: integrity_violations < 1
            severity: critical
            summary: >-
              Records of this window were lost or counted twice; its record in the windows' topic
              says which.
        """
    )
  ).file

  private mutating func plan() -> Plan? {
    if let window = monitor.window { _ = windows.index(of: window, in: monitor.file) }
    checkRoles()
    planSegments()
    checkReferences()
    checkRuleNames()
    for file in files { planRules(of: file) }
    let triggers = files.flatMap { planTriggers(of: $0) }
    windows.limitWaiting(lateness: monitor.lateness)
    for file in files { checkPace(of: file) }
    guard let fields, let name = monitor.name, let time = monitor.time,
      !windows.specifications.isEmpty
    else { return nil }
    return Plan(
      monitor: name.value,
      source: SourcePlan(
        topics: monitor.topics.map(\.value),
        format: monitor.format,
        start: monitor.start,
        conditions: monitor.conditions
      ),
      roles: roles(time: time.value, fields),
      fields: fields.judged,
      segmentFields: segmentFields,
      ownReferences: monitor.references.map(\.version.value)
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      windows: windows.specifications,
      panes: PaneGrid(windows.specifications),
      lateness: monitor.lateness,
      idleAfter: monitor.idleAfter,
      maxFuture: monitor.maxFuture,
      rules: rules,
      triggers: triggers,
      outputPrefix: monitor.outputPrefix,
      delivery: monitor.delivery
    )
  }

  private func roles(time: String, _ fields: FieldTable) -> Roles {
    let isLearnedTime = fields.schema.timeField.map { FieldPath($0) } == FieldPath(time)
    return Roles(
      time: FieldPath(time),
      timeUnit: monitor.timeUnit ?? (isLearnedTime ? fields.schema.timeUnit : nil),
      id: monitor.id.map { FieldPath($0.value) },
      predictions: fields.judged.filter(\.isPrediction).map(\.name),
      modelVersion: monitor.modelVersion.map { FieldPath($0.value) },
      ignored: monitor.ignored.map { FieldPath($0.value).description }.sorted()
    )
  }
}

extension Checker {
  mutating func error<Value>(
    _ file: String,
    _ place: Located<Value>,
    _ message: String,
    hint: @autoclosure () -> String? = nil
  ) {
    diagnostics[file, default: DiagnosticList(file: file)]
      .error(at: place, message, hint: hint())
  }

  mutating func warning<Value>(
    _ file: String,
    _ place: Located<Value>,
    _ message: String,
    hint: @autoclosure () -> String? = nil
  ) {
    diagnostics[file, default: DiagnosticList(file: file)]
      .warning(at: place, message, hint: hint())
  }

  /// The judged field of a name, or an error that says why there is none.
  ///
  /// - Parameters:
  ///   - name: The name as written.
  ///   - file: Where it stands.
  ///   - others: What else may have been meant.
  ///   - hint: What to say of a name that is like none of them.
  /// - Returns: The field's index among the judged ones.
  mutating func field(
    _ name: Located<String>,
    in file: String,
    orOneOf others: [String] = [],
    hint: String? = nil
  ) -> Int? {
    guard let fields else { return nil }
    switch fields.standing(of: name.value) {
    case .judged(let index): return index
    case .role(let role):
      let reason = role == "ignored" ? "ignored by the monitor" : "\(role) and not judged"
      error(file, name, "field \(shown(name.value)) is \(reason)")
    case .unknown:
      error(
        file,
        name,
        "the reference has no field \(shown(name.value))",
        hint: Suggestion.didYouMean(name.value, among: fields.judged.map(\.name) + others) ?? hint
      )
    }
    return nil
  }
}
