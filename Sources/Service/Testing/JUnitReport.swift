internal import Rules

extension TestReport {
  /// The report as JUnit XML, as tools of continuous integration read it.
  ///
  /// A file is a suite; a file that is wrong has one case, an error.
  ///
  /// - Parameter seconds: How long all of it took.
  /// - Returns: The document.
  public func junit(seconds: Double) -> String {
    let (passed, failed, wrong) = counts
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
    let totals = XML.attributes([
      ("name", "leeway test"), ("tests", "\(passed + failed + wrong)"), ("failures", "\(failed)"),
      ("errors", "\(wrong)"), ("time", Self.text(seconds: seconds, digits: 3)),
    ])
    lines.append("<testsuites\(totals)>")
    for file in files { lines += file.suite }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension TestReport.File {
  fileprivate var suite: [String] {
    let errors = problem == nil ? 0 : 1
    let seconds = results.reduce(0) { $0 + $1.seconds }
    let totals = XML.attributes([
      ("name", path), ("tests", "\(results.count + errors)"),
      ("failures", "\(results.count { !$0.failures.isEmpty })"), ("errors", "\(errors)"),
      ("skipped", "0"), ("time", TestReport.text(seconds: seconds, digits: 3)),
    ])
    var lines = ["  <testsuite\(totals)>"]
    if let problem {
      lines.append("    <testcase\(XML.attributes([("name", "the file"), ("classname", path)]))>")
      let message = XML.attributes([("message", "the file is wrong"), ("type", "error")])
      lines.append("      <error\(message)>\(XML.escaped(problem))</error>")
      lines.append("    </testcase>")
    }
    for result in results { lines += result.testCase(of: path) }
    return lines + ["  </testsuite>"]
  }
}

extension TestReport.Result {
  fileprivate func testCase(of path: String) -> [String] {
    let attributes = XML.attributes([
      ("name", name), ("classname", path), ("file", path), ("line", "\(position.line)"),
      ("time", TestReport.text(seconds: seconds, digits: 3)),
    ])
    guard let first = failures.first else { return ["    <testcase\(attributes)/>"] }
    // One failure a case is all that some readers know: all of them are its text.
    let message = XML.attributes([
      ("message", "\(first.time), \(first.subject) are not as expected"), ("type", "failure"),
    ])
    let text = failures.flatMap { $0.lines(of: path) }.joined(separator: "\n")
    return [
      "    <testcase\(attributes)>", "      <failure\(message)>\(XML.escaped(text))</failure>",
      "    </testcase>",
    ]
  }
}

/// The little of XML 1.0 that a report needs.
private enum XML {
  static func attributes(_ attributes: [(name: String, value: String)]) -> String {
    attributes.map { name, value in
      let line = escaped(value).replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
      return " \(name)=\"\(line)\""
    }.joined()
  }

  /// Text with what has a meaning escaped, and without what no document may hold.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
