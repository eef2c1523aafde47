import Drift
import Records
public import Reference
public import Rules
import Sketches
public import Windowing

/// The shape of a monitor's state, which decides what may be added to what.
///
/// Deltas of other references, other fields, other topics or other panes have another identity,
/// and are never added.
public struct StateLayout: Equatable, Sendable {
  /// Hash of all that the shape follows from.
  public let identity: UInt64
  /// Of the records of one model version.
  let populations: ByVersion<PopulationLayout>
  let limits: Limits
  let topicCount: Int
  /// What the records of one model version in one pane take at most.
  let populationBytes: Int
  /// What they take with the segments that have any.
  let weight: PopulationWeight
  /// Panes that records can belong to.
  let panes: ClosedRange<Int64>

  /// The shape of a plan's state.
  public init(plan: Plan, references: References, limits: Limits = Limits()) {
    populations = ByVersion(plan, references)
    var limits = limits
    limits.modelVersions = StateSize(plan, populations, limits).modelVersions
    self.limits = limits
    topicCount = plan.source.topics.count
    populationBytes = populations.values.map(\.bytes).max() ?? 0
    weight = PopulationWeight(populations.values)
    let grid = plan.panes
    panes = grid.panes
    var writer = ByteWriter()
    writer.text(references.standard.digest)
    writer.signed(grid.width)
    writer.count(plan.source.topics.count)
    for topic in plan.source.topics { writer.text(topic) }
    for field in plan.fields {
      writer.text(field.name)
      writer.text(field.path.description)
      writer.text(field.kind.rawValue)
    }
    for own in references.own {
      writer.text(own.version)
      writer.text(own.profile.digest)
    }
    // What is expected in a record decides what is counted as unexpected.
    let expected = (plan.roles.ignored + [plan.roles.id?.description].compactMap(\.self)).sorted()
    for path in expected { writer.text(path) }
    Self.encodeSketches(of: plan, into: &writer)
    Self.encodeSegments(of: plan, into: &writer)
    Self.encodeVersions(of: plan, into: &writer)
    identity = Hash64.hash(writer.bytes.span)
  }

  /// What only some rules ask for is part of the shape where any does: each section with its name
  /// and its number, so that no two shapes are written alike.
  private static func encodeSketches(of plan: Plan, into writer: inout ByteWriter) {
    let fields = plan.fields.indices.filter { plan.sketches(of: $0) != [] }
    let (stream, pairs) = (plan.streamSketches, plan.pairs)
    guard !fields.isEmpty || stream != [] || !pairs.isEmpty else { return }
    writer.text("fields")
    writer.count(fields.count)
    for field in fields {
      writer.count(field)
      writer.byte(plan.sketches(of: field).rawValue)
    }
    writer.text("stream")
    writer.byte(stream.rawValue)
    writer.text(stream.contains(.identifiers) ? plan.roles.id?.description ?? "" : "")
    writer.text("pairs")
    writer.count(pairs.count)
    for pair in pairs {
      writer.count(pair.first)
      writer.count(pair.second)
    }
  }

  /// Segments are part of the shape where there are any.
  private static func encodeSegments(of plan: Plan, into writer: inout ByteWriter) {
    guard !plan.segmentFields.isEmpty else { return }
    writer.text("segments")
    writer.count(plan.segmentFields.count)
    for (index, field) in plan.segmentFields.enumerated() {
      writer.text(field.name)
      writer.count(field.values.count)
      for value in field.values { writer.text(value) }
      for position in plan.fields.indices {
        writer.byte(plan.sketches(of: position, by: index).rawValue)
      }
    }
  }

  /// Which versions are never summed with others, and which fields those with their own reference
  /// are counted in twice.
  private static func encodeVersions(of plan: Plan, into writer: inout ByteWriter) {
    let versions = plan.comparedVersions
    guard !versions.isEmpty else { return }
    writer.text("versions")
    writer.count(versions.count)
    for version in versions { writer.text(version) }
    let fields = plan.versionFields
    writer.count(fields.count)
    for field in fields { writer.count(field) }
  }

  /// A pane without records.
  var emptyPane: PaneState { PaneState(layouts: populations, limits: limits) }
}
