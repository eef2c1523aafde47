internal import ArgumentParser
internal import Rules

/// `leeway schema`: what files may say, and the program does, from the lists that it goes by.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what files may say: JSON Schemas for editors, and the reference pages.",
    discussion: """
      The repository holds what these print: rules/README.md, deploy/reference.md, \
      rules/monitor.schema.json, rules/rules.schema.json and rules/tests.schema.json. An editor \
      with a YAML language server checks a file while you type, and explains its keys, when the \
      first line says where the schema is:

        # yaml-language-server: $schema=rules.schema.json
      """
  )

  /// What is printed.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case metrics, reference, monitor, rules, tests
  }

  @Argument(
    help: """
      metrics: what rules can compare, as Markdown; reference: commands, exit codes, settings \
      and metrics of the process, likewise; monitor, rules, tests: the JSON Schema (draft 7) of a \
      monitor's file, of a rule file, of a file of tests.
      """
  )
  var subject: Subject

  func run() throws {
    try reportingErrors {
      let document =
        switch subject {
        case .metrics: Catalog.document
        case .reference: try ReferencePage.text()
        case .monitor: SchemaDocument.monitor
        case .rules: SchemaDocument.rules
        case .tests: SchemaDocument.tests
        }
      try Talk.output(document.utf8)
    }
  }
}
