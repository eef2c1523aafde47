internal import Records
internal import Rules

/// What `check` found in all files, for programs.
struct CheckReport {
  /// How many files were asked for and could be read.
  private(set) var files = 0
  /// Everything that is wrong, each finding once.
  private(set) var diagnostics: [Diagnostic] = []

  /// Takes in what is wrong with one file; files that it names may have been checked already.
  mutating func add(_ found: [Diagnostic]) {
    files += 1
    for diagnostic in found where !diagnostics.contains(diagnostic) {
      diagnostics.append(diagnostic)
    }
  }

  /// Compact JSON and a newline; columns count Unicode scalars from 1, the end is behind the last.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.array("diagnostics") { json in
        for diagnostic in diagnostics { json.object { Self.write(diagnostic, to: &$0) } }
      }
      json.member("files", files)
      json.member("errors", diagnostics.count { $0.severity == .error })
      json.member("warnings", diagnostics.count { $0.severity == .warning })
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private static func write(_ diagnostic: Diagnostic, to json: inout JSONText) {
    json.member("file", diagnostic.file)
    json.member("line", diagnostic.position.line)
    json.member("column", diagnostic.position.column)
    json.member("end_column", diagnostic.position.column + diagnostic.length)
    json.member("severity", diagnostic.severity.rawValue)
    json.member("message", diagnostic.message)
    json.member("hint", diagnostic.hint)
  }

  /// One workflow command of GitHub's a line, which become annotations of the files.
  var workflowCommands: String {
    diagnostics.map { diagnostic in
      let properties = [
        ("file", Self.repositoryPath(diagnostic.file)), ("line", "\(diagnostic.position.line)"),
        ("col", "\(diagnostic.position.column)"),
      ].map { "\($0)=\(Self.escaped($1, isProperty: true))" }
      let message = diagnostic.message + (diagnostic.hint.map { "; \($0)" } ?? "")
      return "::\(diagnostic.severity.rawValue) \(properties.joined(separator: ","))"
        + "::\(Self.escaped(message, isProperty: false))\n"
    }.joined()
  }

  /// Without `.` and `..`, which no path of a repository's files has.
  private static func repositoryPath(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false) where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  /// As `@actions/core` escapes: what would end a command, and in a property what would end that.
  private static func escaped(_ text: String, isProperty: Bool) -> String {
    // By scalars: a carriage return and a newline are one character.
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      case ":" where isProperty: "%3A"
      case "," where isProperty: "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}
