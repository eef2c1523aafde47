internal import Foundation
internal import Monitoring
internal import Rules

/// What `leeway explain MONITOR RULE` says.
struct RuleText {
  private let rule: RuleExplanation
  private let explanation: PlanExplanation

  init(_ rule: RuleExplanation, _ explanation: PlanExplanation) {
    (self.rule, self.explanation) = (rule, explanation)
  }

  /// Below the first line of a paragraph with a name.
  private static let nextLine = "\n" + String(repeating: " ", count: 13)

  var text: String {
    var lines = [
      "rule \(rule.rule.name) (\(rule.rule.severity.rawValue)) judges "
        + ExplanationText.subject(of: rule)
    ]
    let paragraphs: [(name: String, text: String?)] = [
      ("expects", rule.rule.condition.text), ("versus", versus), ("window", window),
      ("tests", tests), ("values", values),
      ("fires", fires), ("ends", ends?.joined(separator: Self.nextLine)),
      ("undecided", undecided.joined(separator: Self.nextLine)),
    ]
    lines += paragraphs.compactMap { name, text in
      text.map { "  " + name.padding(toLength: 11, withPad: " ", startingAt: 0) + $0 }
    }
    if !rule.sights.isEmpty { lines += ["", sights] }
    return lines.joined(separator: "\n")
  }

  /// What a comparison of model versions is of; nil without one.
  private var versus: String? {
    rule.rule.versus.map { version in
      let name = TextTable.shortened(version)
      return "each other model version's records of a window against those of \(name),"
        + "\(Self.nextLine)both counted at the points of 'reference'"
    }
  }

  private var window: String {
    guard let window = rule.window else { return "each minute of the clock" }
    let use = explanation.windows.first { $0.specification == window }
    guard let usual = use?.usual, let most = use?.most else {
      return ExplanationText.text(of: window)
    }
    return "\(ExplanationText.text(of: window)); by the reference usually "
      + "\(ExplanationText.count(usual)) records, \(ExplanationText.count(most)) in the busiest"
  }

  private var tests: String {
    guard rule.testsPerWindow > 0 else { return "none that a budget is for: no lower bounds" }
    return "\(rule.testsPerWindow) a window, \(ExplanationText.number(rule.testsPerDay)) a day, "
      + "each wrong in \(NumberText.percentage(1 - rule.confidence)) of windows at most"
      + (isShared ? Self.nextLine + "which the model versions of a window share" : "")
  }

  /// What its tests of values make of those that the reference lacks.
  private var values: String? {
    guard rule.rule.condition.tests.contains(where: { $0.values != nil }) else { return nil }
    return "those that the reference does not know are in no list and match nothing"
  }

  /// Whether a window of several model versions leaves each of them less.
  private var isShared: Bool {
    rule.rule.isBudgeted && explanation.plan.roles.modelVersion != nil
  }

  private var fires: String {
    let hold =
      switch rule.rule.life.hold {
      case .immediately: "at the first failure"
      case .duration(let length): "when all windows of \(DurationText.text(of: length)) failed"
      case .windows(let count, let of): "when \(count) of the last \(of) windows failed"
      }
    let start =
      rule.window == nil ? "the first failure" : "the start of the first window that fails"
    let earliest = DurationText.text(of: rule.earliest)
    return "\(hold)\(Self.nextLine)at the earliest \(earliest) after \(start)"
  }

  /// What ends its alerts, and how often they are said until then; nil where the first window that
  /// does not fail ends them.
  private var ends: [String]? {
    let life = rule.rule.life
    var lines = ["with the first window in which that is not so any more"]
    if let clear = rule.rule.clear { lines.append("and \(clear.text)") }
    if let keep = life.keepFiringFor {
      lines.append("and nothing has failed for \(DurationText.text(of: keep))")
    }
    if let cooldown = life.cooldown {
      lines.append("fires again \(DurationText.text(of: cooldown)) later at the earliest")
    }
    if let interval = life.repeatEvery {
      lines.append("is said again every \(DurationText.text(of: interval)) until then")
    }
    return lines.count > 1 ? lines : nil
  }

  /// What it has no answer to.
  private var undecided: [String] {
    let tests = rule.rule.condition.tests
    var cases: [String] = []
    if rule.rule.minRecords > 0 {
      let n = tests.allSatisfy(\.metric.countsRecords) ? "records" : "values"
      cases.append("with fewer than \(rule.rule.minRecords) \(n) ('min_records')")
    }
    let needed = rule.sights.compactMap(\.needed).filter { $0 > 1 }
    if let least = needed.min(), let most = needed.max() {
      let range = least == most ? "\(least)" : "\(least) to \(most)"
      cases.append("below n = \(range), where a lower bound could not exceed its threshold")
    }
    if tests.contains(where: { $0.baseline == .previous }) {
      cases.append("without a previous window that held records")
    }
    if let version = rule.rule.versus {
      cases.append("in windows without records of model version \(TextTable.shortened(version))")
    }
    if tests.contains(where: { $0.metric.isOfField }) { cases.append("in windows without values") }
    if tests.contains(where: { $0.metric.needsTwoBins($0.argument) }) {
      cases.append(
        "where all is one bin: a constant field, a number that is nearly always one value, or "
          + "fewer than 20 values"
      )
    }
    if tests.contains(where: { $0.metric.isOfClock }) {
      cases.append("while records wait to be read, and before the first event")
    }
    guard !cases.isEmpty else { return ["never"] }
    return rule.rule.undecided == .alert ? cases + ["which counts as a failure"] : cases
  }

  private var sights: String {
    var table = TextTable(
      header: ["field", "lower bound", "n", "needs", "above 0 from", "exceeds from", ""]
    )
    for sight in rule.sights {
      table.add([
        ExplanationText.name(sight.field, of: sight.version),
        "\(sight.comparison.statistic) \(sight.comparison.relation.rawValue) "
          + NumberText.readable(sight.comparison.threshold),
        "\(sight.count)", sight.needed.map { "\($0)" } ?? "-",
        Self.shift(sight.seen), Self.shift(sight.exceeds),
        sight.isBlind ? "always undecided" : "",
      ])
    }
    let isKnown = rule.sights.contains { $0.usual != nil }
    let n =
      isKnown
      ? "n: what a usual window holds"
      : "n: an example, as the reference was profiled without --time"
    return table.text + "\n" + """
      \(n); needs: n from which on it is decided at all;
      above 0 from, exceeds from: the smallest shift that makes the bound positive, or exceed the
      threshold, in a window of n.
      """
  }

  private static func shift(_ shift: Double?) -> String {
    shift.map { String(format: "%.4f", $0) } ?? "-"
  }
}
