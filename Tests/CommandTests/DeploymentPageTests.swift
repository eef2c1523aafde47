import Foundation
import Testing

@testable import leeway

/// What pages say of commands, places and metrics is what there is.
@Suite struct DeploymentPageTests {
  private static func options(of command: CommandDump.Command) -> Set<String> {
    Set((command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name))
  }

  @Test func rightsAreNamedOfEachCommandThatAttachesToBrokers() throws {
    let text = try Page("deploy/README.md").text
    let section = try #require(text.components(separatedBy: "\n## Who may do what\n").last)
    let cells = section.components(separatedBy: "\n## ")[0].split(separator: "\n")
      .filter { $0.hasPrefix("| ") }.map { $0.split(separator: "|")[0] }
    let named = cells.flatMap { cell in
      cell.matches(of: /`([a-z][a-z-]*)[^`]*`/).map { String($0.1) }
    }
    let attached = try CommandDump.commands().filter { Self.options(of: $0).contains("brokers") }
    #expect(attached.count >= 12)
    #expect(Set(named) == Set(attached.map(\.commandName)))
  }

  /// What a sentence says to type names a command that there is, and options that it has.
  @Test func theCommandsInSentencesAreUnderstood() throws {
    let commands = try CommandDump.commands()
    let makefile = try Page("Makefile").text
    var lines = 0
    for page in try Page.all() {
      for (_, name, rest) in page.text.matches(of: /`leeway ([a-z][a-z-]*)([^`]*)`/).map(\.output)
      where name != "help" {
        lines += 1
        guard let command = commands.first(where: { $0.commandName == name }) else {
          Issue.record("\(page.path): there is no command \(name)")
          continue
        }
        // What is quoted is another program's.
        let own = rest.replacing(/"[^"]*"/, with: "")
        for option in own.matches(of: /(?:^|[ \[(])--?([a-zA-Z][a-z-]*)/) {
          let isThere = Self.options(of: command).contains(String(option.1))
          #expect(isThere, "\(page.path): leeway \(name) has no option \(option.1)")
        }
      }
      for target in page.text.matches(of: /`make ([a-z-]+)/) {
        #expect(makefile.contains("\n\(target.1):"), "\(page.path): make \(target.1)")
      }
    }
    #expect(lines > 60)
  }

  @Test func linksLeadToWhatIsThere() throws {
    var links = 0
    for page in try Page.all() + [Page("CHANGELOG.md")] {
      for link in page.text.matches(of: /\]\(([^()\s]+)\)/).map(\.output.1)
      where !link.contains("://") {
        links += 1
        let parts = link.split(separator: "#", omittingEmptySubsequences: false)
        let target =
          parts[0].isEmpty
          ? Page.root.appending(path: page.path) : page.folder.appending(path: parts[0])
        let isThere = FileManager.default.fileExists(atPath: target.path())
        #expect(isThere, "\(page.path): \(link)")
        guard isThere, parts.count > 1 else { continue }
        let path = target.standardizedFileURL.path().replacing(Page.root.path(), with: "")
        #expect(try Page(path).anchors.contains(String(parts[1])), "\(page.path): \(link)")
      }
    }
    #expect(links > 100)
  }

  /// Files of the repository that are named, in blocks too, are in it.
  @Test func filesNamedAreThere() throws {
    var names = 0
    for page in try Page.all() {
      for name in page.text.matches(of: /[` (](?:rules|deploy|Tests|Sources)\/[\w.\/-]*\w/) {
        names += 1
        let target = Page.root.appending(path: String(name.output.dropFirst()))
        let isThere = FileManager.default.fileExists(atPath: target.path())
        #expect(isThere, "\(page.path): \(name.output.dropFirst())")
      }
    }
    #expect(names > 30)
  }

  /// Alerts, boards and pages name nothing that nobody measures.
  @Test func eachMetricNamedIsMeasured() throws {
    let reference = try Page("deploy/reference.md").text
    var names: Set<String> = []
    for path in [
      "deploy/prometheus/leeway.rules.yaml", "deploy/grafana/leeway.json",
      "deploy/runbooks/README.md",
    ] {
      for name in try Page(path).text.matches(of: /\bleeway_[a-z_]+/) {
        names.insert(String(name.0.replacing(/_(bucket|sum|count)$/, with: "")))
      }
    }
    #expect(names.count >= 12)
    for name in names { #expect(reference.contains("| `\(name)` |"), "\(name)") }
  }
}
