import Foundation
import TestSupport
import Testing

/// What pages say of commands, exit codes and metrics is what there is.
@Suite(.ownThreads) struct DeploymentPageTests {
  /// All commands with their options, as the program itself knows them.
  private struct Dump: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        var names: [Name]?
      }

      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Command]?

      var options: Set<String> {
        Set((arguments ?? []).flatMap { $0.names ?? [] }.map(\.name))
      }
    }

    var command: Command
  }

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func page(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private static func commands() throws -> [Dump.Command] {
    let run = try Command.run(["--experimental-dump-help"])
    let dump = try JSONDecoder().decode(Dump.self, from: Data(run.output.utf8))
    return dump.command.subcommands ?? []
  }

  /// Rows of the table below a heading, the first cell of each.
  private static func firstCells(below heading: String) throws -> [Substring] {
    let text = try page("deploy/README.md")
    let section = try #require(text.components(separatedBy: "\n## \(heading)\n").last)
    return section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| ") }.map { $0.split(separator: "|")[0] }
  }

  @Test func rightsAreNamedOfEachCommandThatAttachesToBrokers() throws {
    let named = try Self.firstCells(below: "Who may do what").flatMap { cell in
      cell.matches(of: /`([a-z][a-z-]*)[^`]*`/).map { String($0.1) }
    }
    let attached = try Self.commands().filter { $0.options.contains("brokers") }
    #expect(attached.count >= 12)
    #expect(Set(named) == Set(attached.map(\.commandName)))
  }

  /// Each command line of the pages names a command that there is, and options that it has.
  @Test func theCommandLinesShownAreUnderstood() throws {
    let commands = try Self.commands()
    var lines = 0
    for path in [
      "README.md", "deploy/README.md", "deploy/runbooks/README.md", "deploy/retraining/README.md",
      "rules/tests.md", "rules/gallery/README.md", "deploy/threat-model.md",
    ] {
      let text = try Self.page(path).replacing("\\\n", with: " ")
      let inline = text.matches(of: /`leeway ([a-z][a-z-]*)([^`]*)`/).map { ($0.1, $0.2) }
      let fenced = text.matches(of: /\nleeway ([a-z][a-z-]*)([^\n]*)/).map { ($0.1, $0.2) }
      for (name, rest) in inline + fenced where name != "help" {
        lines += 1
        guard let command = commands.first(where: { $0.commandName == name }) else {
          Issue.record("\(path): there is no command \(name)")
          continue
        }
        // What is quoted is another program's.
        let own = rest.replacing(/"[^"]*"/, with: "")
        for option in own.matches(of: /(?:^|[ \[(])--?([a-zA-Z][a-z-]*)/) {
          let isThere = command.options.contains(String(option.1))
          #expect(isThere, "\(path): leeway \(name) has no option \(option.1)")
        }
      }
    }
    #expect(lines > 60)
  }

  @Test func eachExitCodeHasItsRow() throws {
    let source = try Self.page("Sources/leeway/ExitCodes.swift")
    let codes = source.matches(of: /ExitCode\((\d+)\)/).compactMap { Int($0.1) }
    let named = try Self.firstCells(below: "What to do after each exit code")
      .compactMap { Int($0.filter(\.isNumber)) }
    #expect(named == [0] + codes.sorted() && codes.count >= 7)
  }

  /// Alerts, boards and runbooks ask for nothing that nobody measures.
  @Test func eachMetricNamedIsMeasured() throws {
    let measured = try Self.page("Sources/Service/Metrics/MetricsPage.swift")
    var names: Set<String> = []
    for path in [
      "deploy/prometheus/leeway.rules.yaml", "deploy/grafana/leeway.json",
      "deploy/runbooks/README.md",
    ] {
      for name in try Self.page(path).matches(of: /\bleeway_[a-z_]+/) {
        names.insert(String(name.0.replacing(/_(bucket|sum|count)$/, with: "")))
      }
    }
    #expect(names.count >= 12)
    for name in names { #expect(measured.contains("\"\(name)\""), "\(name)") }
  }
}
