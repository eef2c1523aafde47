internal import Drift
internal import Foundation
internal import Records
internal import Reference

/// What was learned, for people.
struct ProfileSummary {
  let profile: ReferenceProfile

  var text: String {
    var table = TextTable(header: ["field", "kind", "n", "missing", "points", "natural"])
    for field in profile.fields {
      table.add([
        field.name, field.kind.rawValue, "\(field.counts.values)", "\(field.counts.missing)",
        points(of: field), natural(of: field),
      ])
    }
    let rejected = profile.rejected.map { "\($0.count) \($0.reason.rawValue)" }
    let rejections = rejected.isEmpty ? "" : "; rejected: " + rejected.joined(separator: ", ")
    let span = profile.rhythm.map { " from \($0.first) to \($0.last)" } ?? ""
    let segments = profile.segmentFields.map { "\nsegments by \($0.name): \($0.segments.count)" }
    let text = table.text + segments.joined()
    return "\(profile.rows) rows\(span)\(rejections)\n\(text)\n\(profile.digest)"
  }

  private func points(of field: ReferenceProfile.Field) -> String {
    switch field.reference.distribution {
    case .categorical(let categorical):
      "\(field.size) categories" + (categorical.other > 0 ? ", \(categorical.other) other" : "")
    case .numeric(let numeric):
      "\(field.size) "
        + (field.isExact ? "exact" : "± " + String(format: "%.5f", numeric.distanceBound))
    }
  }

  private func natural(of field: ReferenceProfile.Field) -> String {
    guard let natural = field.reference.natural else { return "" }
    return String(format: "%.4f", natural.drift)
  }
}
