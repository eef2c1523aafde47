import Drift
import Reference
import Rules
public import Sketches

/// Accepted records of one segment of one model version in one pane or window.
public struct SegmentCounts: Summary {
  /// Records accepted.
  public internal(set) var records: UInt64 = 0
  /// One summary per judged field, in the plan's order.
  public internal(set) var fields: [FieldSummary]

  /// No records yet.
  init(_ layouts: [FieldSummary.Layout]) { fields = layouts.map(FieldSummary.init) }

  /// Adds the other segment's records.
  public mutating func merge(_ other: Self) {
    records.add(other.records)
    for index in fields.indices { fields[index].merge(other.fields[index]) }
  }
}

extension ReferenceProfile {
  /// What the judged fields of each of a plan's segments are compared with: the segment's own
  /// distributions, or those of all records where it has none.
  func segmentReferences(of plan: Plan) -> [[Field]] {
    let common = judgedFields(of: plan).map(\.thinned)
    let judged = judgedPlaces(of: plan)
    return plan.segmentFields.flatMap { field in
      field.values.map { value in
        fields(ofSegment: value, of: field.name).map { own in judged.map { own[$0] } } ?? common
      } + [common]
    }
  }

  /// The shape of each segment's state.
  func segmentLayouts(of plan: Plan) -> [[FieldSummary.Layout]] {
    guard !plan.segmentFields.isEmpty else { return [] }
    let references = segmentReferences(of: plan)
    return plan.segmentFields.indices.flatMap { field in
      let sketches = plan.fields.indices.map { plan.sketches(of: $0, by: field) }
      return plan.segments(of: field).map { segment in
        zip(references[segment], sketches).map { $0.reference.layout.keeping($1) }
      }
    }
  }
}
