internal import Drift
internal import Records
internal import Reference
internal import Rules

/// Every statistic of every field, for programs.
struct ComparisonReport {
  let referenceRows: UInt64
  let currentRows: UInt64
  let fields: [ComparedField]
  /// Fields that only the current side has.
  let unexpected: [FieldPath]

  /// Shared by all fields, so that all lower bounds hold together.
  var confidence: Confidence { .standard(fields: fields.count) }

  /// A statistic of the catalog by its name; nil where it does not apply.
  func measure(_ name: String, _ field: ComparedField) -> Measurement? {
    Catalog.metric(named: name)?.measure(field.comparison, confidence: confidence)
  }

  /// Compact JSON and a newline.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.object("reference") { $0.member("rows", referenceRows) }
      json.object("current") { $0.member("rows", currentRows) }
      json.array("fields") { json in
        let all = Catalog.metrics.filter(\.isOfOneField).map { Statistic($0) }
        let table = StatisticsTable(fields.map(\.comparison), all, confidence: confidence)
        for (index, field) in fields.enumerated() {
          json.object { write(field, table[index], to: &$0) }
        }
      }
      json.member("unexpected_fields", unexpected)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func write(
    _ field: ComparedField,
    _ statistics: [(statistic: Statistic, measurement: Measurement)],
    to json: inout JSONText
  ) {
    json.member("name", field.name)
    json.member("kind", field.kind.rawValue)
    json.member("n_reference", field.comparison.referenceCount)
    json.member("n_current", field.comparison.currentCount)
    json.member("missing_reference", field.missingInReference)
    json.member("missing_current", field.missingInCurrent)
    json.object("statistics") { json in
      for (statistic, measurement) in statistics {
        json.name(statistic.name)
        measurement.write(to: &json) {
          if statistic.name == "psi" { writeBins(of: field.comparison, to: &$0) }
        }
      }
    }
  }

  private func writeBins(of comparison: FieldComparison, to json: inout JSONText) {
    if comparison.isNumeric {
      json.member("edges", comparison.edges)
    } else {
      json.member("categories", comparison.categories)
    }
    json.member("counts_reference", comparison.referenceBins)
    json.member("counts_current", comparison.currentBins)
  }
}
