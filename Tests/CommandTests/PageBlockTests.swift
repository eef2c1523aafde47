import Foundation
import Rules
import Service
import Testing

/// Every block on every page is what it is shown as.
@Suite struct PageBlockTests {
  /// Where the files shown find what they name: a reference with their fields, and the packs.
  private static func world() throws -> Folder {
    let folder = try Folder()
    let rows = (0..<500).map {
      "2026-01-\(10 + $0 % 4)T00:00:00Z,\($0),0.\($0),\($0 % 7),c\($0 % 3)\n"
    }
    let table = "created_at,order_id,score,amount,color\n" + rows.joined()
    let learning = try Command.run([
      "profile", try folder.write(table, to: "january.csv"), "-o", folder.path + "/reference.json",
      "--time", "created_at", "--window", "1d", "--exclude", "order_id",
    ])
    #expect(learning.status == 0)
    let packs = Page.root.appending(path: "rules")
    for (name, target) in [("rules", packs), ("drift.yaml", packs.appending(path: "drift.yaml"))] {
      let link = URL(filePath: folder.path + "/" + name)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    }
    return folder
  }

  private static func problems(_ block: Page.Block, _ page: Page, _ world: Folder) throws
    -> [String]
  {
    switch block.language {
    case "yaml": return try problems(ofYAML: block.text, world)
    case "sh":
      let shell = ShellBlock(block.text)
      return shell.commands.isEmpty ? ["no command"] : try shell.problems(on: page)
    case "json":
      let bytes = Data(block.text.utf8)
      return (try? JSONSerialization.jsonObject(with: bytes)) == nil ? ["no JSON"] : []
    // What a program says, or a drawing.
    case "":
      let commands = /(?m)^(?:\$ )?(?:leeway|make|python3)\s/
      return block.text.contains(commands) ? ["a command"] : []
    default: return ["nobody checks \(block.language)"]
    }
  }

  /// A monitor, rules or tests, as `leeway check` judges them; tests pass.
  private static func problems(ofYAML text: String, _ world: Folder) throws -> [String] {
    func has(_ key: String) -> Bool { "\n\(text)".contains("\n\(key):") }
    let isTest = has("tests")
    guard isTest || has("source") || has("rules") || has("triggers") else {
      return ["no monitor, no rules, no tests"]
    }
    let file = try world.write(text, to: isTest ? "shown.test.yaml" : "shown.yaml")
    let checked = try MonitorLoader.check(file)
    guard isTest, checked.diagnostics.isEmpty else {
      return checked.report.isEmpty ? [] : [checked.report]
    }
    let loaded = try TestLoader.load(file)
    guard let run = RuleTestRun(loaded), let tests = loaded.file?.tests else { return ["no tests"] }
    return try tests.flatMap { test in
      try run.run(test).map { "\(test.name.value): \($0)" }
    }
  }

  @Test func eachIsWhatItIsShownAs() throws {
    let world = try Self.world()
    var counts: [String: Int] = [:]
    for page in try Page.all() {
      for block in page.blocks {
        let problems = try Self.problems(block, page, world)
        #expect(problems == [], "\(page.path):\(block.line)")
        counts[block.language, default: 0] += 1
      }
      #expect(page.indentedCode == [], "\(page.path): a block without a fence and a language")
    }
    #expect(counts["yaml", default: 0] >= 7 && counts["sh", default: 0] >= 6)
    #expect(counts["json", default: 0] >= 1)
  }

  @Test func whatIsWrongIsFound() throws {
    let world = try Self.world()
    let page = try Page("README.md")
    for (language, text) in [
      ("yaml", "version: 1\nrules: [{ name: A, expect: psi(amount) < nonsense }]\n"),
      ("yaml", "kind: Deployment\n"),
      ("yaml", "version: 1\nmonitor: orders\nsource: { topics: [a] }\nwindow: 1d\n"),
      ("sh", "leeway profile rows.csv --tine at -o reference.json\n"),
      ("sh", "leeway runs monitor.yaml\n"),
      ("sh", "leeway check a.yaml | jq .\n"),
      ("sh", "make nonsense SEED=1\n"),
      ("sh", "python3 deploy/chaos/nothing.py\n"),
      ("sh", "A=1 python3 deploy/chaos/chaos.py --sede 1\n"),
      ("sh", "# nothing\n"),
      ("json", "{\"a\": }\n"), ("", "leeway run monitor.yaml\n"), ("text", "anything\n"),
    ] {
      let block = Page.Block(language: language, line: 1, text: text)
      #expect(try Self.problems(block, page, world) != [], "\(text)")
    }
  }
}
