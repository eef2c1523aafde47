import Rules
public import Sketches

/// Accepted records of one model version in one pane or window.
public struct Population: Summary {
  /// Records accepted.
  public internal(set) var records: UInt64 = 0
  /// Records among them that held a field that no reference knows.
  public internal(set) var unexpected: UInt64 = 0
  /// One summary per judged field, in the plan's order.
  public internal(set) var fields: [FieldSummary]
  /// The values of the identifying field; nil where nobody asks.
  public internal(set) var identifiers: DistinctSketch?
  /// How long the records took from their time to the broker's; nil where nobody asks.
  public internal(set) var lags: LagCounts?
  /// How fields go together, for each of the plan's pairs.
  public internal(set) var comoments: [Comoments]
  /// Where the records stand.
  public internal(set) var covers: [OffsetCover] = []
  /// The same records apart by segment, those of each segment field by themselves; nil for a
  /// segment without records.
  public internal(set) var segments: [SegmentCounts?]

  /// No records yet.
  public init(_ layout: PopulationLayout) {
    fields = layout.fields.map(FieldSummary.init)
    comoments = Array(repeating: Comoments(), count: layout.pairs)
    segments = Array(repeating: nil, count: layout.segments.count)
    if layout.sketches.contains(.identifiers) { identifiers = DistinctSketch() }
    if layout.sketches.contains(.lags) { lags = LagCounts() }
  }

  /// Notes accepted records; their fields are counted apart.
  ///
  /// - Parameters:
  ///   - group: Of one batch.
  ///   - unexpected: How many of them hold a field that no reference knows.
  mutating func add(_ group: RowGroups.Group, unexpected: Int) {
    records.add(UInt64(group.rows.count))
    self.unexpected.add(UInt64(unexpected))
    if lags != nil {
      for lag in group.lags { lags?.record(milliseconds: lag) }
    }
    covers.extend(by: group.cover)
  }

  /// Adds the other population's records.
  public mutating func merge(_ other: Self) {
    records.add(other.records)
    unexpected.add(other.unexpected)
    for index in fields.indices { fields[index].merge(other.fields[index]) }
    if let sketch = other.identifiers { identifiers?.merge(sketch) }
    if let sketch = other.lags { lags?.merge(sketch) }
    for index in comoments.indices { comoments[index].merge(other.comoments[index]) }
    covers.merge(other.covers)
    for index in segments.indices {
      guard let more = other.segments[index] else { continue }
      if segments[index] == nil {
        segments[index] = more
      } else {
        segments[index]?.merge(more)
      }
    }
  }
}
