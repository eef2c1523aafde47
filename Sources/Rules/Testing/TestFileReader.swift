internal import Records

extension TestFile {
  /// Reads a file of tests; nil only when it is no mapping at all.
  ///
  /// Rules, fields and triggers that tests name are checked against the plan, by `problems(in:)`.
  ///
  /// - Returns: What could be read, and everything that is wrong, in order of place.
  public static func read(_ source: SourceText) -> (file: TestFile?, diagnostics: [Diagnostic]) {
    NodeReader.read(source) { $0.testFile($1) }
  }
}

extension NodeReader {
  fileprivate mutating func testFile(_ node: YAMLNode) -> TestFile? {
    guard let root = section(node, .testFile) else { return nil }
    var file = TestFile(file: source.file)
    checkVersion(root)
    file.subject = subject(root)
    file.stream = root["stream"].flatMap { stream($0) }
    if case .rules = file.subject { file.reference = reference(root) }
    for item in items(root, "tests") {
      if let test = test(item, isStreamed: root["stream"] != nil) { file.tests.append(test) }
    }
    if let tests = root["tests"], case .sequence(let items) = tests.content, items.isEmpty {
      wrong(tests, "tests", needs: "at least one test")
    }
    checkTestNames(file.tests)
    if case .stream = file.reference?.origin, root["stream"] == nil, let node = root["reference"] {
      diagnostics.error(
        at: node.position,
        "there is no 'stream' to learn from",
        hint: "describe the usual stream, or name a profile or a file of 'rows'"
      )
    }
    for test in file.tests { checkPhases(of: test, in: file) }
    checkSize(of: file)
    return file
  }

  private mutating func checkTestNames(_ tests: [RuleTest]) {
    var first: [String: Position] = [:]
    for test in tests {
      let name = test.name
      if let earlier = first[name.value] {
        diagnostics.error(
          at: name,
          "there is another test named \(shown(name.value))",
          hint: "at line \(earlier.line)"
        )
      } else {
        first[name.value] = name.position
      }
    }
  }

  // MARK: What is tested

  /// The rules with the settings of a monitor, or a monitor's own file.
  private mutating func subject(_ root: Section) -> TestFile.Subject? {
    guard let node = root["monitor"] else { return nil }
    if case .mapping = node.content {
      if root["rules"] == nil {
        diagnostics.error(
          at: root.position,
          "a test file lacks the key 'rules'",
          hint: "only a monitor's file names rules of its own"
        )
      }
      let rules = texts(root, "rules", needs: "a list of paths of rule files")
      return settings(node).map { .rules(rules, $0) }
    }
    for key in ["rules", "reference"] {
      guard let other = root[key] else { continue }
      diagnostics.error(
        at: other.position,
        length: other.length,
        "a monitor's file names its own '\(key)'",
        hint: "write the settings that are needed in place of the file, or leave this out"
      )
    }
    let needs = "the path of a monitor's file, or settings such as { fields: { time: at } }"
    return text(node, "monitor", needs: needs).map { .monitor($0) }
  }

  /// A monitor with these settings; what stands elsewhere in a test file, or means nothing in a
  /// test, is filled in.
  private mutating func settings(_ node: YAMLNode) -> MonitorFile? {
    let table = KeyTable.testMonitor
    guard case .mapping(let pairs) = node.content, let section = section(node, table),
      table.required.allSatisfy({ section[$0] != nil })
    else { return nil }
    let own = pairs.filter { key, _ in
      if case .scalar(let name) = key.content { table.names.contains(name.text) } else { false }
    }
    func filled(_ content: YAMLNode.Content) -> YAMLNode {
      YAMLNode(content: content, position: node.position)
    }
    func scalar(_ text: String) -> YAMLNode {
      filled(.scalar(YAMLScalar(text: text, style: .plain)))
    }
    let topics = filled(.mapping([(scalar("topics"), filled(.sequence([scalar("events")])))]))
    let rest: [(key: YAMLNode, value: YAMLNode)] = [
      (scalar("version"), scalar("1")), (scalar("monitor"), scalar("test")),
      (scalar("source"), topics), (scalar("reference"), scalar("-")),
    ]
    return monitorFile(filled(.mapping(own + rest)))
  }

  /// `profile.json`, `{ during: 14d, window: 1d }` or `{ rows: january.csv, window: 1d }`.
  private mutating func reference(_ root: Section) -> TestReference? {
    guard let node = root["reference"] else {
      diagnostics.error(
        at: root.position,
        "a test file lacks the key 'reference'",
        hint: "such as { during: 14d, window: 1d }: learned from the stream before it starts"
      )
      return nil
    }
    if case .scalar = node.content {
      let needs = "the path of a profile, or what to learn it from"
      return text(node, "reference", needs: needs).map {
        TestReference(origin: .profile, place: $0)
      }
    }
    guard let parts = section(node, .testReference) else { return nil }
    let window = duration(parts, "window")
    if let window, window.value == .zero {
      diagnostics.error(at: window, "a window's size is more than nothing")
    }
    let seed = count(parts, "seed")
    if let rows = text(parts, "rows", needs: "the path of a file of rows") {
      return TestReference(origin: .rows, place: rows, window: window?.value, seed: seed)
    }
    let needs = Self.durationExample
    guard let text = text(parts, "during", needs: needs), let length = duration(text, "during")
    else { return nil }
    if length.value == .zero { diagnostics.error(at: length, "nothing is learned in no time") }
    let origin = TestReference.Origin.stream(length.value)
    return TestReference(origin: origin, place: text, window: window?.value, seed: seed)
  }

  // MARK: Tests

  private mutating func test(_ node: YAMLNode, isStreamed: Bool) -> RuleTest? {
    guard let parts = section(node, .test),
      let name = text(parts, "name", needs: "what it shows")
    else { return nil }
    var test = RuleTest(name: name)
    test.seed = count(parts, "seed")
    test.start = start(parts)
    test.fixture = text(parts, "fixture", needs: "the path of a file of events")
    for item in items(parts, "phases") {
      if let phase = phase(item) { test.phases.append(phase) }
    }
    test.control = control(parts)
    test.expectations = expectations(parts)
    if let fixture = test.fixture {
      if let phases = parts["phases"] {
        diagnostics.error(at: phases.position, "the events of a fixture have no phases")
      }
      if parts["start"] == nil {
        diagnostics.error(
          at: fixture,
          "a test with a fixture says from when its times count",
          hint: "such as 'start: 2026-03-03T00:00:00Z'"
        )
      }
    } else if !isStreamed {
      diagnostics.error(at: name, "a test needs a 'fixture' where the file has no 'stream'")
    }
    return test
  }

  /// The instant from which times count, as of RFC 3339.
  mutating func start(_ section: Section) -> Timestamp? {
    let needs = "a time as of RFC 3339, such as 2024-01-01T00:00:00Z"
    guard let node = section["start"], let text = text(section, "start", needs: needs) else {
      return nil
    }
    if let time = Timestamp(rfc3339: text.value) { return time }
    wrong(node, "start", needs: needs)
    return nil
  }
}
