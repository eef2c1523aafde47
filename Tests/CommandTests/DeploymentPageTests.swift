import Foundation
import Testing

/// What `deploy/README.md` says of commands is said of all of them.
@Suite struct DeploymentPageTests {
  private struct Dump: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        var names: [Name]?
      }

      var commandName: String
      var arguments: [Argument]?
      var subcommands: [Command]?
    }

    var command: Command
  }

  /// The commands that attach to brokers.
  private static func attached() throws -> [String] {
    let run = try Command.run(["--experimental-dump-help"])
    let dump = try JSONDecoder().decode(Dump.self, from: Data(run.output.utf8))
    return (dump.command.subcommands ?? []).filter { command in
      (command.arguments ?? []).contains { ($0.names ?? []).contains { $0.name == "brokers" } }
    }.map(\.commandName)
  }

  @Test func rightsAreNamedOfEachCommandThatAttachesToBrokers() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "deploy/README.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## Who may do what\n").last)
    let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
    let named = Set(
      rows.flatMap { row in
        row.split(separator: "|")[0].matches(of: /`([a-z][a-z-]*)[^`]*`/).map { String($0.1) }
      }
    )
    let attached = try Self.attached()
    #expect(attached.count >= 12)
    #expect(Set(attached).subtracting(named) == [])
    #expect(named.subtracting(attached).isEmpty)
  }
}
