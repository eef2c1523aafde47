internal import Drift
internal import Foundation
internal import Monitoring
internal import Records
internal import Rules
internal import Service

/// What `leeway explain ALERT` says: where an alert's number comes from.
struct AlertText {
  private let alert: AlertFile.Content
  private let digest: AlertDigest?
  /// The number again; nil for an alert without one.
  let derivation: AlertDerivation?

  init(_ alert: AlertFile.Content) {
    self.alert = alert
    digest = alert.digest?.distributions
    derivation = alert.reported.map { AlertDerivation($0, alert.digest?.distributions) }
  }

  var text: String {
    let field = alert.field.map { " of \($0)" } ?? ""
    let version = alert.model_version.map { ", model version \($0)" } ?? ""
    let reference = alert.n_reference.map { ", m = \($0) of \(baseline)" } ?? ""
    var parts = [
      """
      \(alert.rule)\(field) is \(alert.state) (\(alert.severity)): \(alert.summary)
      monitor \(alert.monitor)\(version), segment \(alert.segment ?? "all"), alert \(alert.alert)
      window \(alert.window_start) to \(alert.window_end): n = \(alert.n_current)\(reference)
      """
    ]
    guard let derivation, let reported = alert.reported else {
      return (parts + ["There is no number in this alert."]).joined(separator: "\n\n")
    }
    parts.append(number(reported, derivation))
    if !derivation.steps.isEmpty { parts.append(steps(derivation)) }
    parts.append(again(reported, derivation))
    if let digest { parts.append(table(digest)) }
    return parts.joined(separator: "\n\n")
  }

  /// What stands in the reference's place.
  private var baseline: String {
    let statistic = alert.statistic ?? ""
    if statistic.contains("(previous") { return "the previous window" }
    guard statistic.contains("(versus "), let version = alert.versus else { return "the reference" }
    return "model version \(version)"
  }

  private func number(
    _ reported: AlertDerivation.Reported,
    _ derivation: AlertDerivation
  ) -> String {
    let what = derivation.isPValue ? "p-value of \(reported.statistic)" : reported.statistic
    var lines = ["\(what) = \(Self.exact(reported.value))"]
    if let metric = derivation.metric {
      lines.append("  is        " + Self.wrapped(metric.summary))
      lines.append("  formula   " + Self.wrapped(metric.definition))
    }
    if let threshold = alert.threshold {
      let source = alert.threshold_source.map { $0 == "rule" ? "written in the rule" : $0 }
      lines.append("  threshold \(Self.exact(threshold))" + (source.map { ", \($0)" } ?? ""))
    }
    if let distance = alert.distance {
      lines.append("  distance  \(Self.exact(distance)), as observed")
    }
    if let bound = alert.bound, bound > 0 {
      lines.append("  bound     off by \(Self.exact(bound)) at most")
    }
    if let p = alert.p_value, !derivation.isPValue { lines.append("  p-value   \(Self.exact(p))") }
    if let confidence = alert.confidence {
      lines.append(
        "  confident \(ExplanationText.percentage(confidence)): too high in "
          + "\(NumberText.percentage(1 - confidence)) of windows without drift at most"
      )
    }
    if let explains = alert.explains {
      lines.append("  explains  \(NumberText.percentage(explains)) of the prediction's shift")
    }
    return lines.joined(separator: "\n")
  }

  private func steps(_ derivation: AlertDerivation) -> String {
    let width = derivation.steps.map(\.name.count).max() ?? 0
    return derivation.steps.map { step in
      "  " + step.name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
        + String(format: "%.6f", step.value)
    }.joined(separator: "\n")
  }

  private func again(
    _ reported: AlertDerivation.Reported,
    _ derivation: AlertDerivation
  ) -> String {
    let value = derivation.value.map(Self.exact) ?? "nothing"
    let outcome =
      switch derivation.outcome {
      case .equal: "\(value) from the digest, as reported"
      case .atLeast:
        "\(value) from the digest, which puts values together: \(Self.exact(reported.value)) "
          + "is at least that"
      case .different: "\(value) from the digest, but \(Self.exact(reported.value)) was reported"
      case .none: "the digest does not hold what \(reported.statistic) is made of"
      }
    return "again: " + outcome
  }

  private func table(_ digest: AlertDigest) -> String {
    let comparison = digest.comparison
    var table = TextTable(
      header: [
        digest.edges == nil ? "category" : "bin",
        baseline == "the reference" ? "reference" : "compared", "p", "window", "q", "q - p",
      ]
    )
    let (m, n) = (Double(comparison.referenceCount), Double(comparison.currentCount))
    let rows = digest.binNames.enumerated().map { index, name in
      let (left, right) = (comparison.referenceBins[index], comparison.currentBins[index])
      let (p, q) = (m > 0 ? Double(left) / m : 0, n > 0 ? Double(right) / n : 0)
      return (name: name, left: left, right: right, p: p, q: q)
    }
    // Of many categories those that have moved most, in their order.
    let largest = rows.map { abs($0.q - $0.p) }.sorted(by: >)
    let least = rows.count > Self.mostRows ? largest[Self.mostRows - 1] : 0
    let shown = rows.filter { abs($0.q - $0.p) >= least }.prefix(Self.mostRows)
    for row in shown {
      table.add([
        TextTable.shortened(row.name), "\(row.left)", String(format: "%.4f", row.p),
        "\(row.right)", String(format: "%.4f", row.q), String(format: "%+.4f", row.q - row.p),
      ])
    }
    let hidden = rows.count - shown.count
    return table.text + (hidden > 0 ? "\nand \(hidden) categories that have moved less" : "")
  }

  /// Of categories; numeric fields have ten bins at most.
  private static let mostRows = 20

  /// The shortest text that reads back as the number, as alerts have it.
  private static func exact(_ number: Double) -> String {
    var json = JSONText()
    json.value(number)
    return json.string
  }

  /// Lines of at most a hundred columns, the later ones below the first.
  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.count + word.count > 86 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = line.isEmpty ? String(word) : line + " " + word
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: 12))
  }
}

extension AlertText {
  /// Compact JSON and a newline.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("alert", alert.alert)
      json.member("rule", alert.rule)
      json.member("field", alert.field)
      json.member("statistic", alert.statistic)
      json.member("reported", alert.value)
      json.member("derived", derivation?.value)
      json.member("outcome", derivation?.outcome.rawValue)
      json.member("threshold", alert.threshold)
      json.member("threshold_source", alert.threshold_source)
      json.member("definition", derivation?.metric?.definition)
      json.array("steps") { json in
        for step in derivation?.steps ?? [] {
          json.object { json in
            json.member("step", step.name)
            json.member("value", step.value)
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

extension AlertFile.Content {
  /// Its numbers; nil for one that says no number.
  fileprivate var reported: AlertDerivation.Reported? {
    guard let statistic, let value else { return nil }
    return AlertDerivation.Reported(
      statistic: statistic,
      value: value,
      pValue: p_value,
      distance: distance,
      bound: bound,
      alpha: alpha,
      delta: delta,
      natural: natural,
      currentCount: n_current,
      referenceCount: n_reference
    )
  }
}
