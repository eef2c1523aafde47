internal import Drift
internal import Foundation
internal import Records
internal import Reference

/// A comparison for people, within 100 columns: one line per field.
struct ComparisonTable {
  let report: ComparisonReport

  var text: String {
    var table = TextTable(
      header: ["field", "kind", "n", "missing", "distance", "p", "psi", "drift", ""]
    )
    var drifted = 0
    for field in report.fields {
      let distance = report.measure(field.kind == .numeric ? "ks" : "total_variation", field)
      let psi = report.measure("psi", field)
      let drift = report.measure("drift", field)?.value
      let hasDrifted = (drift ?? 0) > 0
      drifted += hasDrifted ? 1 : 0
      table.add([
        TextTable.shortened(field.name), field.kind.rawValue, "\(field.comparison.currentCount)",
        share(field.missingInCurrent, of: field.currentRecords), number(distance?.value),
        probability(distance?.pValue ?? psi?.pValue), number(psi?.value), number(drift),
        hasDrifted ? "*" : "",
      ])
    }
    var lines = [
      "reference \(report.referenceRows) rows, current \(report.currentRows) rows",
      table.text,
      "\(drifted) of \(report.fields.count) fields drifted (*): `drift` is the least distance of "
        + "the populations.",
      "distance: Kolmogorov-Smirnov, or total variation; p: its p-value, or that of psi.",
    ]
    if !report.unexpected.isEmpty {
      let names = report.unexpected.map(\.description).joined(separator: ", ")
      lines.append("only in current: \(names)")
    }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "-"
  }

  private func probability(_ value: Double?) -> String {
    guard let value else { return "-" }
    if value < 1e-300 { return "<1e-300" }
    return String(format: value < 1e-4 ? "%.1e" : "%.4f", value)
  }

  private func share(_ count: UInt64, of all: UInt64) -> String {
    all == 0 ? "-" : String(format: "%.2f%%", 100 * Double(count) / Double(all))
  }
}
