internal import ArgumentParser
internal import Rules

/// `leeway schema`: what files may say, from the list that the parser reads.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what rules can compare: every metric, its formula and its bound.",
    discussion: "`leeway schema metrics` writes the metric reference, rules/README.md."
  )

  /// What is printed.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case metrics
  }

  @Argument(help: "metrics: the metric reference, as Markdown.")
  var subject: Subject

  func run() throws {
    try reportingErrors {
      switch subject {
      case .metrics: try Talk.output(Catalog.document.utf8)
      }
    }
  }
}
