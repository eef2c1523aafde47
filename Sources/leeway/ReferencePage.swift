internal import ArgumentParser
internal import Foundation
internal import Rules
internal import Service

/// The reference of commands, exit codes, settings and metrics, as Markdown: `deploy/reference.md`.
enum ReferencePage {
  /// The page, from the tables that the program itself goes by.
  ///
  /// - Returns: Its text.
  /// - Throws: When the argument parser does not tell the commands.
  static func text() throws -> String {
    let commands = try CommandDump.commands().map(section)
    let codes = ExitCodes.meanings.map {
      "| \($0.code.rawValue) | \($0.happened) | \($0.remedy) |\n"
    }
    return """
      # Reference

      `leeway schema reference` writes this page, from the lists that the program itself goes by. \
      What rules can compare is in [`rules/README.md`](../rules/README.md), the format of tests in \
      [`rules/tests.md`](../rules/tests.md).

      - [Commands](#commands)
      - [Exit codes](#exit-codes)
      - [Settings](#settings)
      - [Prometheus metrics](#prometheus-metrics)

      ## Commands

      `leeway help COMMAND` says the same, `leeway --version` the version.

      \(commands.joined(separator: "\n"))
      ## Exit codes

      | code | what happened | what to do |
      |---|---|---|
      \(codes.joined())
      ## Settings

      Of a monitor's file and of rule files. Keys that are not listed are errors.

      \(SettingsReference.document)
      ## Prometheus metrics

      What `/metrics` of `run` and `demo` holds. Those of fields are there with \
      `--metrics-fields`; what is not known yet is left out.

      \(MetricsReference.table)
      """
  }

  private static func section(of command: CommandDump.Command) -> String {
    let rows = (command.arguments ?? []).map { argument in
      let cells = [
        "`\(syntax(of: argument))`", argument.isOptional ? "" : "yes", argument.abstract ?? "",
        argument.defaultValue.map { "`\($0)`" } ?? "",
      ]
      let line = cells.map { escaped($0).replacing("|", with: "\\|") }.joined(separator: " | ")
      return "| \(line) |\n"
    }
    let paragraphs = [command.abstract ?? ""] + paragraphs(of: command.discussion ?? "")
    return "### leeway \(command.commandName)\n\n" + paragraphs.map { $0 + "\n\n" }.joined()
      + "| argument | required | | default |\n|---|---|---|---|\n" + rows.joined()
  }

  /// How an argument is written: `-b, --brokers host:port,…`.
  private static func syntax(of argument: CommandDump.Argument) -> String {
    let value = (argument.valueName ?? "") + (argument.isRepeating ? " …" : "")
    let names = (argument.names ?? []).map(\.text).joined(separator: ", ")
    return switch argument.kind {
    case "positional": value
    case "flag": names
    default: "\(names) \(value)"
    }
  }

  /// Lines of a paragraph stay lines, and what is indented is code.
  private static func paragraphs(of discussion: String) -> [String] {
    discussion.split(separator: "\n\n").map { paragraph in
      guard !paragraph.hasPrefix(" ") else {
        return "`\(paragraph.trimmingCharacters(in: .whitespaces))`"
      }
      return escaped(String(paragraph)).replacing("\n", with: "\\\n")
    }
  }

  /// What is a place for a name in the help would be markup in a page.
  private static func escaped(_ text: String) -> String { text.replacing("<", with: "\\<") }
}
