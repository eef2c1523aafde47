internal import Records
internal import Reference
internal import Rules

extension MonitorProposal {
  /// Where the records came from, and what is beside the monitor.
  public struct Surroundings {
    /// The topic that is to be watched.
    public var topic: String
    /// What was looked at: `the first 2000 records of orders`.
    public var origin: String
    /// Path of the reference profile, from the monitor's folder.
    public var reference: String
    /// Paths of rule files.
    public var rules: [String]
    /// Learns the reference anew; nil where no command line can say it.
    public var command: String?

    /// All of it.
    public init(
      topic: String,
      origin: String,
      reference: String,
      rules: [String],
      command: String?
    ) {
      (self.topic, self.origin, self.reference) = (topic, origin, reference)
      (self.rules, self.command) = (rules, command)
    }
  }

  /// Fields of which each is described.
  private static let listed = 100

  /// The monitor's file.
  public func text(_ around: Surroundings) -> String {
    var lines = [
      "# Proposed by `leeway init-monitor` from \(around.origin).",
      "# Comments say what is guessed from what: correct what is wrong"
        + (around.command == nil ? "." : ", and learn anew:"),
    ]
    if let command = around.command { lines.append("#   \(command)") }
    lines += [
      "version: 1", "monitor: \(YAMLText.quoted(Self.monitorName(around.topic)))", "source:",
      "  topics: [\(YAMLText.quoted(around.topic))]", "fields:",
    ]
    lines += fieldLines + windowLines + judgedLines
    lines += ["reference: \(YAMLText.quoted(around.reference))"]
    if around.rules.isEmpty {
      lines.append("# Without rules windows are written, and nobody is told: add the packs.")
      lines.append("# rules: [rules/drift.yaml, rules/quality.yaml, rules/retraining.yaml]")
    } else {
      lines.append("rules:")
      lines += around.rules.map { "  - \(YAMLText.quoted($0))" }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var fieldLines: [String] {
    var lines: [String] = []
    func add(_ key: String, _ guess: Guess?) {
      guard let guess else { return }
      lines.append("  # \(guess.reason)")
      lines.append("  \(key): \(Self.name(guess.path))")
    }
    if time == nil {
      lines.append("  # no field holds a time in every record: the broker's own")
      lines.append("  time: $timestamp")
    }
    add("time", time)
    add("id", id)
    add("prediction", predictionGuess)
    if predictionGuess == nil {
      lines.append("  # no field is called like a prediction; if there is one:")
      lines.append("  # prediction: score")
    }
    add("model_version", modelVersion)
    guard !ignored.isEmpty else { return lines }
    lines.append("  ignore:")
    for guess in ignored {
      lines.append("    - \(Self.name(guess.path))  # \(guess.reason)")
    }
    return lines
  }

  private var windowLines: [String] {
    let size = DurationText.text(of: window)
    let reason =
      pace.map { pace in
        let perWindow = pace * Double(window.components.seconds) / 3_600
        return "some \(Self.rounded(pace)) records an hour: \(Self.rounded(perWindow)) in each; "
          + "small changes are seen from 1000 or so on"
      } ?? "how fast records come is not known"
    return [
      "# \(reason)", "window: \(size)",
      "# how long records may be under way; what comes later is counted as late", "lateness: 5m",
    ]
  }

  private var judgedLines: [String] {
    var lines = ["# \(judged.count) fields are judged:"]
    for field in judged.prefix(Self.listed) {
      lines.append("#   \(Self.name(field.schema.path)): \(field.phrase)")
    }
    if judged.count > Self.listed { lines.append("#   and \(judged.count - Self.listed) more") }
    let names = segments.map { Self.name($0.schema.path) }
    guard !names.isEmpty else { return lines }
    lines.append("# to count records apart by their values, learn with --segment, too:")
    lines.append("# segments: [\(names.prefix(5).joined(separator: ", "))]")
    return lines
  }

  /// A field as a monitor's file names it: one that begins with `$` is none of the record's own.
  private static func name(_ path: FieldPath) -> String {
    let text = path.description
    guard case .payload = path.source, text.hasPrefix("$") else { return YAMLText.quoted(text) }
    return YAMLText.quoted("\\" + text)
  }

  /// To two digits.
  private static func rounded(_ number: Double) -> String {
    var unit = 1.0
    while number / unit >= 100 { unit *= 10 }
    return "\(UInt64((number / unit).rounded() * unit))"
  }

  /// A topic's name as a monitor's: letters, digits, `.`, `_`, `-`.
  private static func monitorName(_ topic: String) -> String {
    let allowed = topic.unicodeScalars.map { scalar -> Character in
      let isFine = scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
      return isFine || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
    }
    return String(allowed.prefix(128))
  }
}

extension FieldSurvey {
  /// What it is taken for.
  fileprivate var phrase: String {
    if values == 0 { return "never a value; one that comes is said" }
    let most = distinct * 10 > examined ? "at least " : ""
    let isFew = isWhole && distinct <= 20 && examined >= distinct * 5
    switch schema.kind {
    case .categorical: return "categories, \(most)\(distinct)"
    case .numeric where isFew:
      return "numbers, \(distinct) whole ones; are they names? --kind NAME=categorical"
    case .numeric: return "numbers"
    }
  }
}
