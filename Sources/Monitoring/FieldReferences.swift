public import Drift
public import Reference
public import Rules

/// What the judged fields of each model version and segment are compared with.
public struct FieldReferences: Sendable {
  /// Of all records.
  let whole: ByVersion<[FieldReference]>
  /// By segment, then field.
  private let segments: ByVersion<[[FieldReference]]>

  /// Of a plan.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references.
  ///   - references: Of its model versions.
  public init(plan: Plan, references: References) {
    whole = ByVersion(references) { $0.judgedFields(of: plan).map(\.reference) }
    segments = ByVersion(references) { profile in
      profile.segmentReferences(of: plan).map { $0.map(\.reference) }
    }
  }

  /// In the plan's order of fields.
  ///
  /// - Parameters:
  ///   - version: The model version; nil for records without one.
  ///   - segment: The segment, among the plan's; nil for all records.
  public subscript(version: ModelVersion?, segment: Int? = nil) -> [FieldReference] {
    segment.map { segments[version][$0] } ?? whole[version]
  }
}
