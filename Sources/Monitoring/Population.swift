public import Sketches

/// Accepted records of one model version in one pane or window.
public struct Population: Summary {
  /// Records accepted.
  public internal(set) var records: UInt64 = 0
  /// Records among them that held a field that no reference knows.
  public internal(set) var unexpected: UInt64 = 0
  /// One summary per judged field, in the plan's order.
  public internal(set) var fields: [FieldSummary]
  /// Where the records stand.
  public internal(set) var covers: [OffsetCover] = []

  /// No records yet.
  public init(layouts: [FieldSummary.Layout]) {
    fields = layouts.map(FieldSummary.init)
  }

  /// Notes one accepted record; its fields are counted apart.
  mutating func add(_ cover: OffsetCover, isUnexpected: Bool) {
    records.add(1)
    if isUnexpected { unexpected.add(1) }
    covers.extend(by: cover)
  }

  /// Adds the other population's records.
  public mutating func merge(_ other: Self) {
    records.add(other.records)
    unexpected.add(other.unexpected)
    for index in fields.indices { fields[index].merge(other.fields[index]) }
    covers.merge(other.covers)
  }
}
