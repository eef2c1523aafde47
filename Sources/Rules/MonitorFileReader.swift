internal import Records

extension MonitorFile {
  /// Whether a text is meant as a monitor's file rather than as a rule file, broken or not.
  public static func isMeant(by source: SourceText) -> Bool {
    let keys = ["monitor", "source", "fields"]
    var ignored = DiagnosticList(file: source.file)
    guard let root = YAMLDocument.read(source, into: &ignored) else {
      let starts = keys.map { Array("\($0):".unicodeScalars) }
      return source.lines.contains { line in starts.contains { line.starts(with: $0) } }
    }
    guard case .mapping(let pairs) = root.content else { return false }
    return pairs.contains { key, _ in
      if case .scalar(let name) = key.content { keys.contains(name.text) } else { false }
    }
  }

  /// Reads a monitor's file; nil only when it is no mapping at all.
  ///
  /// - Returns: What could be read, and everything that is wrong, in order of place.
  public static func read(_ source: SourceText) -> (file: MonitorFile?, diagnostics: [Diagnostic]) {
    NodeReader.read(source) { $0.monitorFile($1) }
  }
}

extension NodeReader {
  mutating func monitorFile(_ node: YAMLNode) -> MonitorFile? {
    guard let root = section(node, .monitor) else { return nil }
    var file = MonitorFile(file: source.file)
    checkVersion(root)
    file.name = text(root, "monitor", needs: "a name").flatMap { topicName($0, "monitor") }
    readSource(root, into: &file)
    readFields(root, into: &file)
    file.segments = texts(root, "segments", needs: "a list of categorical fields")
    file.reference = text(root, "reference", needs: "the path of a reference profile")
    file.references = ownReferences(root)
    file.window = window(root)
    file.lateness = duration(root, "lateness")?.value ?? file.lateness
    file.idleAfter = durationOrOff(root, "idle_after", default: .seconds(60))
    file.maxFuture = duration(root, "max_future")?.value ?? file.maxFuture
    file.rules = texts(root, "rules", needs: "a list of paths of rule files")
    file.delivery = choice(root, "delivery", as: Delivery.self) ?? .exactlyOnce
    if let output = root["output"],
      let parts = section(output, .output),
      let prefix = text(parts, "prefix").flatMap({ topicName($0, "prefix") })
    {
      file.outputPrefix = prefix.value
    }
    return file
  }

  private mutating func topicName(_ name: Located<String>, _ key: String) -> Located<String>? {
    if Self.isTopicName(name.value, limit: Self.partLimit) { return name }
    diagnostics.error(
      at: name,
      "'\(key)' becomes part of topic names, which \(shown(name.value)) cannot",
      hint: "use up to \(Self.partLimit) letters, digits, '.', '_' and '-'"
    )
    return nil
  }

  /// Of a prefix and of a monitor's name: two of them and `partials` make a topic's name.
  static let partLimit = 100
  /// As Kafka has it.
  private static let topicLimit = 249

  private static func isTopicName(_ name: String, limit: Int) -> Bool {
    let scalars = name.unicodeScalars
    return (1...limit).contains(scalars.count) && name != "." && name != ".."
      && scalars.allSatisfy {
        $0.isDigit || ("a"..."z").contains($0) || ("A"..."Z").contains($0)
          || $0 == "." || $0 == "_" || $0 == "-"
      }
  }

  private mutating func readSource(_ root: Section, into file: inout MonitorFile) {
    guard let node = root["source"], let source = section(node, .source) else { return }
    file.topics = texts(source, "topics", needs: "a list of topic names")
    if let topics = source["topics"], case .sequence(let items) = topics.content, items.isEmpty {
      wrong(topics, "topics", needs: "at least one topic name")
    }
    for topic in file.topics where !Self.isTopicName(topic.value, limit: Self.topicLimit) {
      diagnostics.error(
        at: topic,
        "no topic can have the name \(shown(topic.value))",
        hint: "Kafka's have up to \(Self.topicLimit) letters, digits, '.', '_' and '-'"
      )
    }
    file.format = choice(source, "format", as: EventFormat.self) ?? .json
    readStart(source, into: &file)
    readConditions(source, into: &file)
  }

  private mutating func readStart(_ source: Section, into file: inout MonitorFile) {
    let needs = "earliest, latest or a time as of RFC 3339"
    guard let node = source["start"], let start = text(source, "start", needs: needs) else {
      return
    }
    if start.value == "earliest" {
      file.start = .earliest
    } else if start.value == "latest" {
      file.start = .latest
    } else if let time = Timestamp(rfc3339: start.value) {
      file.start = .at(time)
    } else {
      let names = ["earliest", "latest"]
      let hint = Suggestion.didYouMean(start.value, among: names)
      wrong(node, "start", needs: needs, hint: hint ?? "such as 2013-03-01T00:00:00Z")
    }
  }

  private mutating func readConditions(_ source: Section, into file: inout MonitorFile) {
    guard let node = source["where"] else { return }
    guard case .mapping(let pairs) = node.content else {
      return wrong(node, "where", needs: "fields and their values, such as { kind: scored }")
    }
    for (key, value) in pairs {
      guard case .scalar(let path) = key.content, !path.text.isEmpty else {
        diagnostics.error(at: key.position, "a key of 'where' is the path of a field")
        continue
      }
      guard case .scalar(let scalar) = value.content, !scalar.isNull else {
        wrong(value, path.text, needs: "a single value")
        continue
      }
      checkPath(Located(path.text, at: key.position, length: key.length))
      file.conditions.append(SourceCondition(path: FieldPath(path.text), value: scalar.text))
    }
    file.conditions.sort { $0.path.description < $1.path.description }
  }

  private mutating func readFields(_ root: Section, into file: inout MonitorFile) {
    guard let node = root["fields"], let fields = section(node, .fields) else { return }
    readTime(fields, into: &file)
    file.id = path(fields, "id")
    file.modelVersion = path(fields, "model_version")
    let needs = "a path or a list of paths"
    file.predictions = texts(fields, "prediction", needs: needs, allowsSingle: true)
    file.ignored = texts(fields, "ignore", needs: "a list of paths", allowsSingle: true)
    for path in file.predictions + file.ignored { checkPath(path) }
  }

  private mutating func readTime(_ fields: Section, into file: inout MonitorFile) {
    guard let node = fields["time"] else { return }
    guard case .mapping = node.content else {
      file.time = path(fields, "time")
      return
    }
    guard let time = section(node, .time) else { return }
    file.time = path(time, "field")
    file.timeUnit = choice(time, "unit", as: TimeUnit.self)
  }

  private mutating func path(_ section: Section, _ key: String) -> Located<String>? {
    guard let path = text(section, key, needs: "the path of a field") else { return nil }
    checkPath(path)
    return path
  }

  /// What starts with a dollar is of the record, not of the event; there are three such.
  private mutating func checkPath(_ path: Located<String>) {
    guard path.value.hasPrefix("$"), case .payload = FieldPath(path.value).source else { return }
    diagnostics.error(
      at: path,
      "unknown path \(shown(path.value))",
      hint: Suggestion.didYouMean(path.value, among: ["$timestamp", "$key", "$header.NAME"])
        ?? "write $timestamp, $key or $header.NAME; '\\$' starts a field of the event"
    )
  }
}
