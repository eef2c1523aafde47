internal import ArgumentParser
internal import Rules
internal import Service

/// `leeway check`: says whether files are right.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check monitor and rule files; says everything that is wrong at once.",
    discussion: """
      A monitor is checked with the rules and the reference it names, a file of tests with its \
      own, a rule file by itself for its form. Exits 0 when all is well or there are only warnings, 78 when a file is wrong.
      """
  )

  @Argument(help: "Monitor, rule and test files.")
  var files: [String]

  func run() throws {
    try reportingErrors {
      var hasErrors = false
      for file in files {
        let loaded = try MonitorLoader.check(file)
        hasErrors = hasErrors || loaded.diagnostics.hasErrors
        if !loaded.report.isEmpty { Talk.say(loaded.report) }
        if !loaded.diagnostics.hasErrors { try Talk.output("\(file): ok\n".utf8) }
      }
      if hasErrors { throw ExitCodes.badConfiguration }
    }
  }
}
