import Foundation
import Records
import Reference
import TestSupport

@testable import Rules

extension FuzzTarget {
  /// The text of a file; nil for what is none.
  private static func source(_ bytes: [UInt8], _ name: String) -> SourceText? {
    String(validating: bytes, as: UTF8.self).map { SourceText(file: name, text: $0) }
  }

  private static func check(_ monitor: SourceText, _ rules: [SourceText]) throws -> Bool {
    let world = try FuzzWorld.shared.get()
    let result = Checker.check(monitor: monitor, rules: rules, schema: world.schema)
    try Finding.unless(
      (result.plan == nil) == result.diagnostics.hasErrors,
      "a plan with errors, or none without"
    )
    try Finding.unless(
      result.report.isEmpty == result.diagnostics.isEmpty,
      "a report without a diagnostic, or one that says nothing"
    )
    try Finding.unless(result.plan?.canonicalJSON.isEmpty != true, "a plan without a text")
    return result.plan != nil
  }

  /// A monitor's file.
  static let monitors = FuzzTarget(
    "monitors",
    seeds: { [[UInt8](text: FuzzWorld.monitor)] }
  ) { bytes in
    guard let source = Self.source(bytes, "monitor.yaml") else { return false }
    return try check(source, [])
  }

  /// A rule file, under a monitor that is right.
  static let rules = FuzzTarget("rules", seeds: { [[UInt8](text: FuzzWorld.rules)] }) { bytes in
    guard let source = Self.source(bytes, "rules.yaml") else { return false }
    return try check(SourceText(file: "monitor.yaml", text: FuzzWorld.monitor), [source])
  }

  /// A file of tests.
  static let tests = FuzzTarget("tests") { bytes in
    guard let source = Self.source(bytes, "a.test.yaml") else { return false }
    let (file, diagnostics) = TestFile.read(source)
    _ = diagnostics.rendered(with: [source])
    guard let file else { return false }
    _ = file.problems(in: try FuzzWorld.shared.get().plan)
    return !diagnostics.hasErrors
  }

  /// A condition, one of triggers, and a text with places for values.
  static let conditions = FuzzTarget("conditions") { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    let scalars = Array(text.unicodeScalars)
    _ = try? FormulaParser.parse(scalars, test: FiringSyntax.parse)
    _ = Template.parse(scalars)
    do throws(SyntaxError) {
      _ = try FormulaParser.parse(scalars, test: ComparisonSyntax.parse)
      return true
    } catch {
      let range = error.range
      try Finding.unless(
        range.lowerBound >= 0 && range.upperBound <= max(1, scalars.count),
        "an error points behind the text: \(range) of \(scalars.count)"
      )
      return false
    }
  }

  /// A reference profile: what is loaded is written as it was.
  static let profiles = FuzzTarget(
    "profiles",
    seeds: {
      let rows = Rows(Array(HostileStream.reference.prefix(40)))
      return [try rows.learn(points: 20, time: "at").profile.json]
    }
  ) { bytes in
    let profile: ReferenceProfile
    do throws(ReferenceError) {
      profile = try ReferenceProfile(json: bytes, name: "reference.json")
    } catch { return false }
    let again = try ReferenceProfile(json: profile.json, name: "reference.json")
    try Finding.unless(again.digest == profile.digest, "a profile reads back as another")
    return true
  }
}
