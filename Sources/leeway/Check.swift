internal import ArgumentParser
internal import Rules
internal import Service

/// `leeway check`: says whether files are right.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check monitor and rule files; says everything that is wrong at once.",
    discussion: """
      A monitor is checked with the rules and the reference it names, a file of tests with its \
      own, a rule file by itself for its form. Warnings are of what can run but hardly says what \
      was meant: rules that always or never fail, or that can never be judged at the reference's \
      pace. Exits 0 when all is well or there are only warnings, 78 when a file is wrong, \
      whatever the format.

      --format json writes one object to standard output: `diagnostics` (file, line, column, \
      end_column, severity, message, hint), `files`, `errors`, `warnings`. --format github \
      writes workflow commands, which annotate the lines of a pull request.
      """
  )

  /// How findings are written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, github
  }

  @Argument(help: "Monitor, rule and test files.", completion: .file())
  var files: [String]

  @Option(help: "text, json or github.")
  var format = OutputFormat.text

  func run() throws {
    try reportingErrors {
      var report = CheckReport()
      do {
        for file in files {
          let loaded = try MonitorLoader.check(file)
          report.add(loaded.diagnostics)
          if format == .text { try say(loaded, file) }
        }
      } catch {
        // What was found before a file could not be read is not lost.
        try write(report)
        throw error
      }
      try write(report)
      if report.diagnostics.hasErrors { throw ExitCodes.badConfiguration }
    }
  }

  private func say(_ loaded: LoadedMonitor, _ file: String) throws {
    if !loaded.report.isEmpty { Talk.say(loaded.report) }
    if !loaded.diagnostics.hasErrors { try Talk.output("\(file): ok\n".utf8) }
  }

  private func write(_ report: CheckReport) throws {
    switch format {
    case .text: break
    case .json: try Talk.output(report.json)
    case .github: try Talk.output(report.workflowCommands.utf8)
    }
  }
}
