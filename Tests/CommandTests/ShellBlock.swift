import ArgumentParser
import Foundation

@testable import leeway

/// The commands of a block of shell, and what would not run.
struct ShellBlock {
  /// The words of each command, as a shell parts them.
  let commands: [[String]]

  init(_ text: String) {
    var commands: [[String]] = [[]]
    var word: String?
    var quote: Character?
    func end() {
      if let ended = word { commands[commands.count - 1].append(ended) }
      word = nil
    }
    var rest = text.replacing("\\\n", with: " ")[...]
    while let character = rest.popFirst() {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "#", word == nil {
        rest = rest.drop { $0 != "\n" }
      } else if "'\"".contains(character) {
        (quote, word) = (character, word ?? "")
      } else if "\n;|&".contains(character) {
        end()
        commands.append([])
      } else if character.isWhitespace {
        end()
      } else {
        word = (word ?? "") + String(character)
      }
    }
    end()
    self.commands = commands.filter { !$0.isEmpty }
  }

  /// What is wrong with the commands on a page.
  func problems(on page: Page) throws -> [String] {
    try commands.flatMap { words in
      let arguments = Array(words.drop { $0.contains(/^[A-Z_]+=/) }.dropFirst())
      let program = words.first { !$0.contains(/^[A-Z_]+=/) } ?? ""
      switch program.split(separator: "/").last ?? "" {
      case "leeway": return Self.problem(ofLeeway: arguments).map { [$0] } ?? []
      case "make": return try Self.problems(ofMake: arguments)
      case "python3", "sh": return Self.problems(ofScript: arguments, on: page)
      default: return ["nobody checks '\(program)'"]
      }
    }
  }

  private static func problem(ofLeeway arguments: [String]) -> String? {
    do {
      _ = try Leeway.parseAsRoot(arguments)
      return nil
    } catch {
      return Leeway.exitCode(for: error) == .success ? nil : Leeway.message(for: error)
    }
  }

  private static func problems(ofMake arguments: [String]) throws -> [String] {
    let makefile = try Page("Makefile").text
    return arguments.filter { !$0.contains("=") && !makefile.contains("\n\($0):") }
      .map { "the Makefile has no '\($0)'" }
  }

  /// Scripts are there, beside the page or from the repository's folder, and know their options.
  private static func problems(ofScript arguments: [String], on page: Page) -> [String] {
    let name = arguments.first ?? ""
    let places = [page.folder.appending(path: name), Page.root.appending(path: name)]
    let script = places.lazy.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.first
    guard let script else { return ["there is no '\(name)'"] }
    return arguments.filter { $0.hasPrefix("--") && !script.contains("\"\($0)\"") }
      .map { "\(name) knows no \($0)" }
  }
}
