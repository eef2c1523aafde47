internal import Drift
internal import Foundation
internal import Records
internal import Reference

/// Another tool's numbers of every field.
struct CompatibilityReport {
  struct Field {
    let schema: FieldSchema
    /// The chosen one first.
    let statistics: [ToolStatistic]
  }

  let tool: CompatibleTool
  let referenceRows: UInt64
  let currentRows: UInt64
  var fields: [Field] = []

  private var verdict: ToolVerdict? { tool.judge(fields.compactMap(\.statistics.first)) }

  /// Compact JSON and a newline.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("compat", tool.rawValue)
      json.member("tool", tool.title)
      json.object("reference") { $0.member("rows", referenceRows) }
      json.object("current") { $0.member("rows", currentRows) }
      json.array("fields") { json in
        for field in fields {
          json.object { json in
            json.member("name", field.schema.path.description)
            json.member("kind", field.schema.kind.rawValue)
            if let chosen = field.statistics.first {
              json.object("chosen") { write(chosen, to: &$0) }
            }
            json.array("offered") { json in
              for other in field.statistics.dropFirst() {
                json.object { write(other, to: &$0) }
              }
            }
          }
        }
      }
      if let verdict { json.object("dataset") { write(verdict, to: &$0) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func write(_ statistic: ToolStatistic, to json: inout JSONText) {
    json.member("statistic", statistic.name)
    json.member("value", statistic.value)
    json.member("rule", statistic.rule.rawValue)
    json.member("threshold", statistic.threshold)
    json.member("drifted", statistic.hasDrifted)
    if let note = statistic.note { json.member("note", note) }
  }

  private func write(_ verdict: ToolVerdict, to json: inout JSONText) {
    json.member("drifted_fields", UInt64(verdict.driftedFields))
    json.member("fields", UInt64(verdict.fields))
    json.member("drifted", verdict.hasDrifted)
    json.member("rule", verdict.explanation)
  }

  /// A table for people, one line per field.
  var text: String {
    var table = TextTable(header: ["field", "statistic", "value", "threshold", "drift"])
    var notes: [String] = []
    for field in fields {
      guard let chosen = field.statistics.first else { continue }
      let name = TextTable.shortened(field.schema.path.description)
      let threshold = chosen.threshold.map { "\(chosen.rule.rawValue) \(number($0))" }
      table.add([
        name, chosen.name, chosen.value.map(number) ?? "-", threshold ?? "none",
        word(chosen.hasDrifted),
      ])
      if let note = chosen.note { notes.append("\(name): \(note)") }
    }
    var lines = [
      "\(tool.title): reference \(referenceRows) rows, current \(currentRows) rows", table.text,
    ]
    lines += notes
    if let verdict {
      lines.append(
        "dataset drift: \(word(verdict.hasDrifted)) (\(verdict.driftedFields) of "
          + "\(verdict.fields) fields; \(verdict.explanation))"
      )
    }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double) -> String { String(format: "%.6g", value) }

  private func word(_ answer: Bool?) -> String { answer.map { $0 ? "yes" : "no" } ?? "-" }
}
