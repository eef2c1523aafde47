public import Rules

/// What came of the tests of some files.
public struct TestReport: Sendable {
  /// What came of one test.
  public struct Result: Sendable {
    /// What it shows.
    public var name: String
    /// Where it stands.
    public var position: Position
    /// What is not as expected; empty when it passed.
    public var failures: [TestFailure]
    /// How long it took.
    public var seconds: Double

    /// What came of a test.
    public init(name: String, position: Position, failures: [TestFailure], seconds: Double) {
      self.name = name
      self.position = position
      self.failures = failures
      self.seconds = seconds
    }
  }

  /// What came of one file.
  public struct File: Sendable {
    /// As the caller named it.
    public var path: String
    /// All that is wrong with it, as text; nil when it could be run.
    public var problem: String?
    /// Its tests, as far as they were chosen.
    public var results: [Result]

    /// What came of a file.
    public init(path: String, problem: String?, results: [Result]) {
      self.path = path
      self.problem = problem
      self.results = results
    }
  }

  /// In the order in which they were run.
  public var files: [File] = []

  /// Nothing was run.
  public init() {}

  /// Tests that passed and that did not, and files that are wrong.
  public var counts: (passed: Int, failed: Int, wrong: Int) {
    let results = files.flatMap(\.results)
    let failed = results.count { !$0.failures.isEmpty }
    return (results.count - failed, failed, files.count { $0.problem != nil })
  }

  /// `12 passed, 1 failed in 3.2 s`.
  ///
  /// - Parameter seconds: How long all of it took.
  /// - Returns: One line.
  public func summary(seconds: Double) -> String {
    let (passed, failed, wrong) = counts
    let tests = "\(passed) passed, \(failed) failed"
    let files = wrong == 0 ? "" : ", \(wrong) \(wrong == 1 ? "file" : "files") wrong"
    return "\(tests)\(files) in \(Self.text(seconds: seconds, digits: 1)) s"
  }

  /// With so many digits behind the point.
  static func text(seconds: Double, digits: Int) -> String {
    let unit = (0..<digits).reduce(1) { unit, _ in unit * 10 }
    let units = Int((seconds * Double(unit)).rounded())
    let fraction = String(units % unit)
    return "\(units / unit).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }
}

extension TestReport.File {
  /// The file and its tests, a line each, and below those that failed what is not as expected.
  ///
  /// - Parameter asDiff: Whether to show that as a unified diff.
  /// - Returns: Lines, without what is wrong with the file itself.
  public func text(asDiff: Bool) -> String {
    var lines = [path]
    for result in results {
      lines.append("  \(result.failures.isEmpty ? "✓" : "✗") \(result.name)")
      for failure in result.failures {
        lines += asDiff ? failure.diff(of: path) : failure.lines(of: path).map { "    " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension TestFailure {
  /// A heading, and what is missing or not expected.
  func lines(of path: String) -> [String] {
    let place = "\(path):\(position.line):\(position.column)"
    let changes = changes.filter { $0.mark != " " }.map { change in
      change.mark == "-"
        ? "- expected: \(change.line)"
        : "+ got:      \(change.line)" + (evidence[change.line].map { "   (\($0))" } ?? "")
    }
    return ["\(place): \(time), \(subject) are not as expected"] + changes.map { "  " + $0 }
  }

  /// Both lists as a unified diff.
  func diff(of path: String) -> [String] {
    func range(_ count: Int) -> String { count == 0 ? "0,0" : "1,\(count)" }
    let name = "\(path):\(position.line):\(position.column) \(subject) \(time)"
    return [
      "--- expected \(name)", "+++ got \(name)",
      "@@ -\(range(expected.count)) +\(range(got.count)) @@",
    ] + changes.map { $0.mark + $0.line }
  }

  /// Lines of both lists, which are sorted: `-` expected only, `+` got only, those before these
  /// between two that are in both.
  private var changes: [(mark: String, line: String)] {
    var changes: [(mark: String, line: String)] = []
    var added: [(mark: String, line: String)] = []
    var (left, right) = (expected[...], got[...])
    while let first = left.first ?? right.first {
      let next = min(left.first ?? first, right.first ?? first)
      let (isExpected, isThere) = (left.first == next, right.first == next)
      if isExpected { left.removeFirst() }
      if isThere { right.removeFirst() }
      switch (isExpected, isThere) {
      case (true, true):
        changes += added + [(" ", next)]
        added = []
      case (true, false): changes.append(("-", next))
      default: added.append(("+", next))
      }
    }
    return changes + added
  }
}
