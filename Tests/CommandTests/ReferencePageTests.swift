import ArgumentParser
import KafkaClient
import Testing

@testable import leeway

/// The reference that is written down is the program's own.
@Suite struct ReferencePageTests {
  @Test func thePageIsTheGeneratedOne() throws {
    let page = try Page("deploy/reference.md")
    #expect(
      page.text == (try ReferencePage.text()),
      "leeway schema reference > deploy/reference.md"
    )
  }

  @Test func eachExitCodeHasItsMeaning() throws {
    let source = try Page("Sources/leeway/ExitCodes.swift").text
    let codes = source.matches(of: /= ExitCode\((\d+)\)/).compactMap { Int32($0.1) }
    #expect(ExitCodes.meanings.map(\.code.rawValue) == [0] + codes.sorted() && codes.count >= 7)
  }

  /// What a bug report needs first.
  @Test func theVersionNamesTheClientLibrary() {
    let version = Leeway.configuration.version
    let parts = version.wholeMatch(of: /\d+\.\d+\.\d+ \(librdkafka (\d+\.\d+\.\d+.*)\)/)
    #expect(parts?.1 == Substring(ClientLibrary.version), "\(version)")
  }

  @Test func eachCommandIsThereWithItsOptions() throws {
    let page = try Page("deploy/reference.md")
    let commands = Leeway.configuration.subcommands
    #expect(commands.count >= 19)
    for command in commands {
      #expect(page.text.contains("\n### leeway \(command._commandName)\n"))
    }
    #expect(page.text.contains("| `-X, --property key=value …` |  | A property of librdkafka; "))
  }
}
