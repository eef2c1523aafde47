import Foundation

/// A page of the documentation.
struct Page: Sendable {
  /// A fenced block.
  struct Block: Sendable {
    /// What stands behind the fence; empty for what is shown as it is.
    var language: String
    /// The line of the page on which it begins.
    var line: Int
    /// Without the indentation of the fence.
    var text: String
  }

  /// Relative to the repository.
  let path: String
  let text: String

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  init(_ path: String) throws {
    self.path = path
    text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// Every page that somebody reads to use the program.
  static func all() throws -> [Page] {
    var paths = ["README.md"]
    for folder in ["deploy", "rules"] {
      let below = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
      for case let name as String in below ?? .init() where name.hasSuffix(".md") {
        paths.append("\(folder)/\(name)")
      }
    }
    return try paths.sorted().map { try Page($0) }
  }

  /// The folder it stands in.
  var folder: URL { Self.root.appending(path: path).deletingLastPathComponent() }

  /// What headings are called in addresses.
  var anchors: Set<String> {
    Set(
      text.matches(of: /(?m)^#+ (.+)$/).map { heading in
        String(heading.1.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) })
          .replacing(" ", with: "-")
      }
    )
  }

  /// Its fenced blocks, in order.
  var blocks: [Block] {
    var blocks: [Block] = []
    var open: (block: Block, indentation: Int)?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("```"), let closed = open {
        blocks.append(closed.block)
        open = nil
      } else if content.hasPrefix("```") {
        let language = String(content.dropFirst(3))
        let block = Block(language: language, line: number + 1, text: "")
        open = (block, line.count - content.count)
      } else if let indentation = open?.indentation {
        open?.block.text += line.dropFirst(indentation) + "\n"
      }
    }
    return blocks
  }

  /// Lines that would be shown as code without a fence, and without a language.
  var indentedCode: [Int] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var isFenced = false
    return lines.indices.filter { index in
      if lines[index].drop(while: { $0 == " " }).hasPrefix("```") { isFenced.toggle() }
      guard !isFenced, index > 0, lines[index - 1].isEmpty else { return false }
      return lines[index].hasPrefix("    ")
    }
  }
}
