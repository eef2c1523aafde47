import Drift
import Rules
import Sketches
import Windowing

/// Compares the model versions of a window with those that rules name, each counted at the
/// standard reference's points.
struct VersionComparisons: Sendable {
  /// A version that others are compared with, and the fields of which rules do, by size of window.
  private struct Baseline {
    var version: ModelVersion
    var fields: [[Int]]
  }

  private let references: ByVersion<[FieldReference]>
  private let baselines: [Baseline]
  /// Fields that versions with their own reference are counted in twice.
  private let twiceCounted: [Int]
  /// Judged fields, behind which those stand in a population.
  private let fieldCount: Int
  private let depth: LineComparison.Depth

  init(_ plan: Plan, _ references: ByVersion<[FieldReference]>) {
    self.references = references
    baselines = plan.comparedVersions.map { version in
      let fields = plan.windows.indices.map { plan.fields(against: .version(version), of: $0) }
      return Baseline(version: ModelVersion(version), fields: fields)
    }
    twiceCounted = plan.versionFields
    fieldCount = plan.fields.count
    depth = plan.depth
  }

  /// A model version's fields against those of each version that rules of a size name, as far as
  /// the window holds it.
  ///
  /// - Parameters:
  ///   - window: Position of the size.
  ///   - version: Nothing but a version that is told apart is compared, and none with itself.
  ///   - populations: All of the window.
  /// - Returns: By the version compared with, then by position of the field in the plan.
  func comparisons(
    in window: Int,
    of version: ModelVersion?,
    among populations: [(version: ModelVersion?, population: Population)]
  ) -> [ModelVersion: [Int: FieldComparison]] {
    guard !baselines.isEmpty, let version, version != .other,
      let current = populations.first(where: { $0.version == version })?.population
    else { return [:] }
    var found: [ModelVersion: [Int: FieldComparison]] = [:]
    for baseline in baselines where baseline.version != version {
      let other = populations.first { $0.version == baseline.version }?.population
      guard let other else { continue }
      let comparisons = baseline.fields[window].map { field in
        FieldComparison(
          reference: references.standard[field],
          baseline: counts(of: field, other, baseline.version),
          current: counts(of: field, current, version),
          depth: depth
        )
      }
      found[baseline.version] =
        Dictionary(uniqueKeysWithValues: zip(baseline.fields[window], comparisons))
    }
    return found
  }

  /// What was counted of a field at the standard reference's points.
  private func counts(
    of field: Int,
    _ population: Population,
    _ version: ModelVersion
  ) -> FieldSummary {
    guard references.hasOwn(version), let place = twiceCounted.firstIndex(of: field) else {
      return population.fields[field]
    }
    return population.fields[fieldCount + place]
  }
}

extension PlannedRule {
  /// Whether it is judged for a model version: one that compares with a version is judged for each
  /// other that is told apart.
  func judges(_ version: ModelVersion?) -> Bool {
    guard let versus else { return true }
    return version != nil && version != .other && version != ModelVersion(versus)
  }

  /// Whether it is judged on the records of a model version and a segment.
  ///
  /// - Parameters:
  ///   - version: That of the records.
  ///   - segment: Theirs; nil for all records.
  ///   - segments: Those of the rule's `by`; nil without.
  /// - Returns: Whether the segment is one of them, or all records without.
  func judges(_ version: ModelVersion?, _ segment: Int?, of segments: Range<Int>?) -> Bool {
    guard judges(version) else { return false }
    guard let segments else { return segment == nil }
    return segment.map(segments.contains) ?? false
  }
}
