internal import ArgumentParser
internal import Monitoring
internal import Reference
internal import Rules
internal import Service

/// `leeway explain`: a plan in words, or an alert's number derived again.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a monitor's plan, one of its rules, or the number in an alert.",
    discussion: """
      Of a monitor's file: what is kept and how much memory that takes, how many tests its rules \
      run and at which confidence, the smallest shift that each lower bound is sure of at the \
      reference's pace, and when an alert can fire at the earliest. With a rule's name, that one \
      field by field.

      Of an alert as it stands in the topic of alerts (one event of JSON; - is standard input): \
      the number again, from the digest that the alert carries. Exits 1 when that is another one.
      """
  )

  /// How it is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(
    help: "A monitor's file, or a file with one alert; - is standard input.",
    completion: .file()
  )
  var file: String

  @Argument(help: "The rule to explain; without it all are.")
  var rule: String?

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() throws {
    try reportingErrors {
      if let alert = try readAlert() { return try explain(alert) }
      let (plan, references) = try loadMonitor(file)
      var explanation = PlanExplanation(plan, references)
      if let rule, !explanation.keepOnly(rule: rule) { throw unknownRule(rule, of: plan) }
      switch format {
      case .json: try Talk.output(explanation.json)
      case .text:
        let text = ExplanationText(explanation)
        try Talk.output(((rule == nil ? text.overview : text.rule) + "\n").utf8)
      }
    }
  }

  /// The alert that the file holds; nil where it holds anything else.
  private func readAlert() throws -> AlertFile? {
    let input = InputFile(file)
    var reader = try input.open()
    var bytes: [UInt8] = []
    while let chunk = try reader.next() { bytes += chunk }
    guard file == "-" || AlertFile.isMeant(by: bytes) else { return nil }
    return try AlertFile(bytes, name: input.name)
  }

  private func explain(_ alert: AlertFile) throws {
    guard rule == nil else {
      throw ValidationError("\(file) holds an alert, which names its rule itself")
    }
    let text = AlertText(alert.data)
    switch format {
    case .json: try Talk.output(text.json)
    case .text: try Talk.output((text.text + "\n").utf8)
    }
    if text.derivation?.outcome == .different { throw ExitCodes.no }
  }

  private func unknownRule(_ name: String, of plan: Plan) -> ValidationError {
    let names = plan.rules.map(\.name)
    return ValidationError(
      "\(file) has no rule named '\(name)'; there are \(names.joined(separator: ", "))"
    )
  }
}
