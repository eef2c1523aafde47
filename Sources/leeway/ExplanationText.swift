internal import Foundation
internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

/// What `leeway explain` says of a monitor to people.
struct ExplanationText {
  private let explanation: PlanExplanation

  init(_ explanation: PlanExplanation) { self.explanation = explanation }

  /// The whole plan: windows, state, fields, and a line for each rule.
  var overview: String {
    let plan = explanation.plan
    let late = DurationText.text(of: plan.lateness)
    return [
      "monitor \(plan.monitor) reads \(plan.source.topics.joined(separator: ", ")), by the time in "
        + "\(plan.roles.time); windows close \(late) after their end",
      windows, fields, state, rules,
    ].joined(separator: "\n\n")
  }

  /// The one rule that is explained, field by field.
  var rule: String {
    explanation.rules.map { RuleText($0, explanation).text }.joined(separator: "\n\n")
  }

  private var windows: String {
    var table = TextTable(header: ["window", "panes", "records", "busiest", "rules"])
    for use in explanation.windows {
      table.add([
        Self.text(of: use.specification), "\(use.panes)", Self.count(use.usual),
        Self.count(use.most), "\(use.rules)",
      ])
    }
    let width = DurationText.text(of: .microseconds(explanation.plan.panes.width))
    return table.text + "\nA pane is \(width); records are those that the reference lets expect, "
      + (explanation.windows.contains { $0.usual == nil }
        ? "which was profiled without --time." : "usually and at most.")
  }

  private var fields: String {
    var table = TextTable(header: ["field", "kind", "kept in each pane", "bytes"])
    for state in explanation.fields {
      let size = "\(state.size) " + (state.field.kind == .numeric ? "points" : "categories")
      table.add([
        Self.name(state.field.name, of: state.version), state.field.kind.rawValue,
        ([size] + state.sketches).joined(separator: ", "), "\(state.bytes)",
      ])
    }
    return table.text
  }

  /// What is remembered of alerts that triggers watch.
  private var failures: String {
    explanation.state.rememberedFailures.map {
      ",\nand the last \($0) failing windows of each alert, fewer of very many"
    } ?? ""
  }

  private var state: String {
    let size = explanation.state
    let versions = size.versionsApart.map { ", for up to \($0) model versions apart" } ?? ""
    return "state: \(size.openPanes) panes of \(Self.bytes(size.bytesPerPane))\(versions): at most "
      + "\(Self.bytes(size.mostBytes)) of the \(Self.bytes(size.limitBytes)) allowed,\n"
      + "and \(Self.bytes(size.bytesPerPartition)) for each partition after the first;\n"
      + "a window takes about \(Self.bytes(size.closingBytes)) more while it closes\n"
      + "remembered for triggers: \(size.rememberedPanes) panes of \(size.rememberedPartitions) "
      + "partitions, fewer of more\(failures): at most \(Self.bytes(size.rememberedBytes))"
  }

  private var rules: String {
    var table = TextTable(
      header: [
        "rule", "judges", "window", "tests/day", "confidence", "earliest", "sure of", "blind",
      ]
    )
    for rule in explanation.rules {
      let isTest = rule.testsPerWindow > 0
      table.add([
        TextTable.shortened(rule.rule.name), Self.subject(of: rule),
        rule.window.map { DurationText.text(of: $0.size) } ?? "clock",
        isTest ? Self.number(rule.testsPerDay) : "-",
        isTest ? Self.percentage(rule.confidence) : "-",
        DurationText.text(of: rule.earliest), Self.range(of: rule.sights.compactMap(\.exceeds)),
        rule.sights.isEmpty ? "-" : "\(rule.sights.count(where: \.isBlind))",
      ])
    }
    let isKnown = explanation.windows.contains { $0.usual != nil }
    let of = isKnown ? "a usual window" : "one of n = \(RuleExplanation.exampleCount)"
    return table.text + "\n" + """
      tests/day, confidence: of lower bounds, each; earliest: from the start of the first window
      that fails to the alert; sure of: the smallest shift that exceeds the threshold in
      \(of), of the sharpest and the dullest field; blind: fields undecided in all.
      """
  }
}

extension ExplanationText {
  /// `7d`, `6h every 1h`, `1h to 24h for 500 records`.
  static func text(of window: WindowSpecification) -> String {
    let size = DurationText.text(of: window.size)
    if let minRecords = window.minRecords {
      return "\(size) to \(DurationText.text(of: window.longest)) for \(minRecords) records"
    }
    guard window.every < window.size else { return size }
    return "\(size) every \(DurationText.text(of: window.every))"
  }

  /// A field, and the model version whose own reference is meant.
  static func name(_ field: String, of version: String?) -> String {
    TextTable.shortened(field)
      + (version.map { ", model version \(TextTable.shortened($0))" } ?? "")
  }

  static func count(_ count: Double?) -> String { count.map { String(format: "%.0f", $0) } ?? "-" }

  static func number(_ number: Double?) -> String { number.map(NumberText.readable) ?? "-" }

  /// With as many digits as tell it from certainty.
  static func percentage(_ share: Double) -> String {
    guard share > 0.999 else { return NumberText.percentage(share) }
    return "100% - \(NumberText.readable((1 - share) * 100))%"
  }

  static func bytes(_ bytes: Int64) -> String {
    switch bytes {
    case ..<(10 << 10): "\(bytes) B"
    case ..<(10 << 20): "\(bytes >> 10) KiB"
    default: "\(bytes >> 20) MiB"
    }
  }

  private static func range(of values: [Double]) -> String {
    guard let least = values.min(), let most = values.max() else { return "-" }
    let (low, high) = (String(format: "%.3f", least), String(format: "%.3f", most))
    return low == high ? low : "\(low) to \(high)"
  }

  static func subject(of rule: RuleExplanation) -> String {
    switch rule.fields.count {
    case 0: rule.rule.fields == nil ? "the stream" : "nothing"
    case 1: TextTable.shortened(rule.fields[0])
    default: "\(rule.fields.count) fields"
    }
  }
}
