import Drift
import Reference
import Rules
import Sketches

/// What is kept of the records of one model version.
public struct PopulationLayout: Equatable, Sendable {
  /// One for each judged field; behind them, of a version with its own reference, those of
  /// `Plan.versionFields` at the standard reference's points.
  let fields: [FieldSummary.Layout]
  /// What is kept of the records as such.
  let sketches: Plan.StreamSketches

  /// Number of pairs of fields that are looked at together.
  let pairs: Int

  /// For each segment, one for each judged field.
  let segments: [[FieldSummary.Layout]]

  init(
    fields: [FieldSummary.Layout],
    sketches: Plan.StreamSketches = [],
    pairs: Int = 0,
    segments: [[FieldSummary.Layout]] = []
  ) {
    (self.fields, self.sketches, self.pairs) = (fields, sketches, pairs)
    self.segments = segments
  }

  /// Of a plan, with the points and categories of a reference.
  ///
  /// - Parameters:
  ///   - plan: Checked.
  ///   - profile: The reference of the model version.
  ///   - standard: The standard one, where that is another.
  init(_ plan: Plan, _ profile: ReferenceProfile, beside standard: ReferenceProfile? = nil) {
    let judged = profile.judgedFields(of: plan).enumerated().map { index, field in
      field.reference.layout.keeping(plan.sketches(of: index))
    }
    let others = standard?.versionFields(of: plan) ?? []
    self.init(
      fields: judged + others.map(\.field.reference.layout),
      sketches: plan.streamSketches,
      pairs: plan.pairs.count,
      segments: profile.segmentLayouts(of: plan)
    )
  }

  /// What it takes in memory at most.
  var bytes: Int { weight.whole + segments.count * weight.segment }

  /// What the comparisons of a closing window and the text of its records take: of each
  /// field, and of each again in every segment.
  var resultBytes: Int {
    emptyResultBytes + segments.reduce(0) { $0 + $1.count } * Self.fieldResultBytes
  }

  /// The same of a window without records, of which no segment says anything.
  var emptyResultBytes: Int { fields.count * Self.fieldResultBytes }

  private static let fieldResultBytes = MemoryLayout<FieldComparison>.stride + writtenBytes

  /// Of a field in a window's record, with its bins: more than twice what the longest of the
  /// flights take.
  static let writtenBytes = 4_096

  /// What a population takes in memory: in any case, with the cover of one partition, and for each
  /// segment that has records at most.
  var weight: PopulationWeight {
    var bytes = fields.reduce(0) { $0 + $1.bytes } + pairs * MemoryLayout<Comoments>.size
    if sketches.contains(.identifiers) { bytes += DistinctSketch.bytes }
    if sketches.contains(.lags) { bytes += LagCounts.bytes }
    bytes += segments.count * MemoryLayout<SegmentCounts?>.stride + OffsetCover.mostBytes
    let each = segments.map { fields in fields.reduce(0) { $0 + $1.bytes } }
    return PopulationWeight(whole: bytes, segment: each.max() ?? 0)
  }
}

extension ByVersion<PopulationLayout> {
  /// Of a plan: of each version with its own reference, and of each that others are compared with,
  /// which therefore is never summed with others.
  init(_ plan: Plan, _ references: References) {
    self.init(each: references) { PopulationLayout(plan, $0, beside: $1) }
    tellApart(plan.comparedVersions.map { ModelVersion($0) })
  }
}

extension FieldSummary.Layout {
  /// What it takes in memory at most.
  var bytes: Int {
    let counters =
      switch distribution {
      case .numeric(let points): 2 * points + 1
      case .categorical(let categories): categories + 1
      }
    // Counters, and moments, completeness and headers of a field.
    let distinct = sketches.contains(.distinct) ? DistinctSketch.bytes : 0
    let fractions = sketches.contains(.fractions) ? counters / 2 : 0
    return (counters + fractions) * MemoryLayout<UInt64>.size + 256 + distinct
  }
}

extension DistinctSketch {
  fileprivate static let bytes = capacity * 2 * MemoryLayout<UInt64>.size
}

extension LagCounts {
  fileprivate static let bytes = counterCount * MemoryLayout<UInt64>.size
}

/// What a population takes in memory.
struct PopulationWeight: Equatable, Sendable {
  /// In any case.
  var whole: Int
  /// For each segment that has records.
  var segment: Int

  init(whole: Int, segment: Int) { (self.whole, self.segment) = (whole, segment) }

  /// The most that any of some layouts takes.
  init(_ layouts: some Sequence<PopulationLayout>) {
    let weights = layouts.map(\.weight)
    whole = weights.map(\.whole).max() ?? 0
    segment = weights.map(\.segment).max() ?? 0
  }

  /// What a pane's populations take.
  func bytes(of pane: PaneState) -> Int {
    pane.entries.reduce(0) { $0 + bytes(of: $1.population) }
  }

  /// What a population takes.
  func bytes(of population: Population) -> Int {
    whole + (segment > 0 ? segment * population.segments.count { $0 != nil } : 0)
      + population.covers.dropFirst().reduce(0) { $0 + $1.bytes }
  }
}
