internal import ArgumentParser
internal import Foundation
internal import Rules
internal import Service

/// `leeway test`: rules on streams that are made for them.
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests that stand beside rules: made streams, virtual time, exact alerts.",
    discussion: """
      A test file, RULES.test.yaml, describes the usual stream by a generator for each field, \
      and in each test what becomes other when, and which alerts shall stand at which time; \
      nothing else may. Events go through the machines that run in production. Exits 0 when all \
      tests pass, 1 when one fails, 78 when a file is wrong.

      Generators: normal(mean, deviation), lognormal(mu, sigma), uniform(low, high), choice(a \
      70%, b 30%), sequence(a, b, c), counter(start, step), null(5%, OTHER), absent(5%, OTHER); \
      in place of a number ramp(from, to). Anything else is a value.
      """
  )

  @Argument(help: "Test files, or folders: all *.test.yaml below.", completion: .file())
  var files: [String]

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Run only tests whose name this matches.", valueName: "regex")
  )
  var pattern: String?

  @Flag(help: "Show what is not as expected as a unified diff.")
  var diff = false

  @Option(
    help: ArgumentHelp("Write the results as JUnit XML too.", valueName: "file"),
    completion: .file()
  )
  var junit: String?

  func validate() throws {
    if let pattern, (try? Regex(pattern)) == nil {
      throw ValidationError("--run \(pattern): is no regular expression")
    }
  }

  func run() throws {
    try reportingErrors {
      let paths = try TestFiles.find(files)
      if let junit { try OutputFile.check(junit, inputs: paths.map { InputFile($0) }) }
      let beginning = ContinuousClock.now
      var report = TestReport()
      for path in paths {
        let file = try result(of: path)
        guard file.problem != nil || !file.results.isEmpty else { continue }
        if let problem = file.problem { Talk.say(problem) }
        if !file.results.isEmpty { try Talk.output((file.text(asDiff: diff) + "\n").utf8) }
        report.files.append(file)
      }
      let (passed, failed, wrong) = report.counts
      if let pattern, passed + failed + wrong == 0 {
        throw ValidationError("--run \(pattern): no test has such a name")
      }
      let seconds = Self.seconds(since: beginning)
      try Talk.output((report.summary(seconds: seconds) + "\n").utf8)
      if let junit {
        try OutputFile.write(Array(report.junit(seconds: seconds).utf8), to: junit)
      }
      if wrong > 0 { throw ExitCodes.badConfiguration }
      if failed > 0 { throw ExitCodes.no }
    }
  }

  private func result(of path: String) throws -> TestReport.File {
    let loaded: LoadedTests
    do throws(InputError) { loaded = try TestLoader.load(path) } catch {
      return TestReport.File(path: path, problem: "leeway: \(error.message)", results: [])
    }
    guard let tests = RuleTestRun(loaded) else {
      return TestReport.File(path: path, problem: loaded.report, results: [])
    }
    if !loaded.report.isEmpty { Talk.say(loaded.report) }
    var results: [TestReport.Result] = []
    for test in loaded.file?.tests ?? [] where try isChosen(test.name.value) {
      let beginning = ContinuousClock.now
      let failures = try tests.run(test)
      results.append(
        TestReport.Result(
          name: test.name.value,
          position: test.name.position,
          failures: failures,
          seconds: Self.seconds(since: beginning)
        )
      )
    }
    return TestReport.File(path: path, problem: nil, results: results)
  }

  private func isChosen(_ name: String) throws -> Bool {
    guard let pattern else { return true }
    return try name.contains(Regex(pattern))
  }

  private static func seconds(since beginning: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - beginning) / .seconds(1)
  }
}
