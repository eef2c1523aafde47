import Foundation
import Testing

@testable import Rules

/// The JSON Schemas are those of the readers; `make validate` tries them in a validator.
@Suite struct SchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..")

  @Test(arguments: ["monitor", "rules", "tests"])
  func theSchemaInTheRepositoryIsTheGeneratedOne(format: String) throws {
    let file = Self.root.appending(path: "rules/\(format).schema.json")
    let written = try String(contentsOf: file, encoding: .utf8)
    let generated =
      switch format {
      case "rules": SchemaDocument.rules
      case "tests": SchemaDocument.tests
      default: SchemaDocument.monitor
      }
    #expect(written == generated, "leeway schema \(format) > rules/\(format).schema.json")
  }

  @Test(arguments: ["good", "bad"])
  func theReadersJudgeTheFilesAsTheSchemasDo(folder: String) throws {
    let path = Self.root.appending(path: "Tests/Schemas/\(folder)").path
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(Set(names.map { $0.prefix { $0 != "-" } }) == ["monitor", "rules", "tests"])
    for name in names {
      let text = try String(contentsOfFile: path + "/" + name, encoding: .utf8)
      let source = SourceText(file: name, text: text)
      let diagnostics =
        switch name.prefix(5) {
        case "rules": RuleFile.read(source).diagnostics
        case "tests": TestFile.read(source).diagnostics
        default: MonitorFile.read(source).diagnostics
        }
      #expect(diagnostics.hasErrors == (folder == "bad"), "\(name): \(diagnostics)")
    }
  }

  @Test func everyKeyExplainsItself() {
    let tables: [KeyTable] = [
      .ruleFile, .rule, .trigger, .monitor, .source, .fields, .time, .output, .window, .testFile,
      .testMonitor, .testReference, .stream, .phase, .test, .expectation, .expectedAlert,
      .expectedTrigger,
    ]
    for key in tables.flatMap(\.keys) {
      #expect(key.description.hasSuffix("."), "\(key.name)")
      #expect(key.description.count >= 15, "\(key.name)")
    }
    for table in tables { #expect(Set(table.names).count == table.names.count) }
  }

  /// A default that is written out changes nothing of what is read.
  @Test func whatIsLeftOutIsAsItsDefaultSays() throws {
    let monitor = "version: 1\nmonitor: m\nreference: r.json\nfields: { time: at }\n"
    let stream = "source: { topics: [a] }\nwindow: 6h\n"
    let rule = "version: 1\nrules:\n  - name: R\n    expect: psi(x) < 1\n"
    let trigger = "version: 1\ntriggers:\n  - name: T\n    every: 7d\n"
    let places: [(table: KeyTable, before: String, after: String)] = [
      (.monitor, monitor + stream, "\n"),
      (.source, monitor + "window: 6h\nsource:\n  topics: [a]\n  ", "\n"),
      (.window, monitor + "source: { topics: [a] }\nwindow:\n  size: 6h\n  ", "\n"),
      (.output, monitor + stream + "output: { ", " }\n"), (.rule, rule + "    ", "\n"),
      (.trigger, trigger + "    ", "\n"),
    ]
    var count = 0
    for (table, before, after) in places {
      for key in table.keys {
        guard let value = key.defaultValue else { continue }
        count += 1
        let line = "\(key.name): \(value.compact)"
        let read = ["", line].map { text in
          let source = SourceText(file: "f", text: before + text + after)
          let isMonitor = MonitorFile.isMeant(by: source)
          let file = isMonitor ? "\(MonitorFile.read(source))" : "\(RuleFile.read(source))"
          // Where it is written is known of what is written.
          return file.replacing(/minRecordsPlace: (nil|Optional.*length: \d+\)\))/, with: "")
        }
        #expect(read[0] == read[1], "\(table.what): \(line)")
      }
    }
    #expect(count >= 12)
  }

  private static func matches(_ text: String, _ pattern: String) throws -> Bool {
    let expression = try NSRegularExpression(pattern: pattern)
    let range = NSRange(text.startIndex..., in: text)
    return expression.firstMatch(in: text, range: range)?.range == range
  }

  @Test(
    "what the parser reads, the pattern of conditions lets pass",
    arguments: [
      "missing(amount) < 1%", "missing(amount, null) < 1 %", "-50% < count_change() <= 300 %",
      "count_change>-.5", "event_lag < 1h30m", "0 < mean(\"a (b) \\\" c\") <= 1e-3",
      "not (psi(x) < 0.2 or not ks('it)s', p) > 0.001) and rate >= 10/s",
      "adwin(quantile(a.b-c, p99.9)) < 1", "psi (x) < 2.5e+3", "drift(previous) != 1",
      "freshness <\n  10m", "((count > 0))", "length(name, max) == 5",
      "status in [\"new\", paid, 3,-2.5] for 99.9 %", "a.b-c in['x]'] or not b in [1] for .5",
      "'my field' matches \"[A-Z]{3} \\\"\" and psi(x) < 1", "in in [in] and x matches 'a'",
    ]
  )
  func conditions(text: String) throws {
    let diagnostics = RuleFile.read(
      SourceText(
        file: "r",
        text: "version: 1\nrules:\n- name: R\n  expect: |\n    "
          + text.replacing("\n", with: "\n    ")
      )
    ).diagnostics.filter { !$0.message.contains("field") && !$0.message.contains("each") }
    #expect(!diagnostics.hasErrors, "\(diagnostics)")
    #expect(try Self.matches(text, SchemaPattern.condition))
  }

  @Test(
    "what no parser could read, it refuses; soon, also where it is long",
    arguments: [
      "", "pis(x) < 1", "psi(x) < 1 and", "missing(x) =< 1%", "missing(x) < 1 + 2",
      "psi(x) < 1.2.3",
      "psi(x < 1", "if missing(x) < 1%", "psi(x) < 0.2;", "psi(x) < 1_000", "firing(R) >= 3",
      "status in [\"new\"", "status matches new", "status in new", "in [new]",
      String(repeating: "psi(x) < 12345 and ", count: 200) + "pis",
      String(repeating: "(", count: 2000) + "!",
    ]
  )
  func wrongConditions(text: String) throws {
    let isOpen = text.hasSuffix("and")
    #expect(try Self.matches(text, SchemaPattern.condition) == isOpen)
  }

  @Test func durationsAreThoseOfTheReader() throws {
    for text in [
      "5m", "1h30m", "7d", "90s", "500ms", "1d2h3m4s5ms", "0s", "5m1h", "5", "m", "",
      "1.5h", "5 m", "5mm", "1s1s", "-5m", "5M", "5ms3s",
    ] {
      let isOne = DurationText.parse(text) != nil
      #expect(try Self.matches(text, SchemaPattern.duration) == isOne, "\(text)")
    }
  }
}
