public import Records
public import Rules

/// A window as its records in the windows' topic hold it: what was measured, without the counters;
/// or a gap.
public struct StoredWindow: Sendable {
  /// What was measured of one field.
  public struct Field: Sendable {
    /// Values in the window.
    public var values: UInt64
    /// Each statistic by its name; nil where it had no value.
    public var statistics: [String: Double?]

    /// What a record holds of a field.
    public init(values: UInt64, statistics: [String: Double?]) {
      (self.values, self.statistics) = (values, statistics)
    }
  }

  /// One model version's records of one segment.
  public struct Population: Sendable {
    /// nil where there is none.
    public var version: ModelVersion?
    /// As records name it; `all` for all.
    public var segment: String
    /// Records accepted.
    public var records: UInt64
    /// Each field by its name.
    public var fields: [String: Field]

    /// What one record of the topic holds.
    public init(
      version: ModelVersion?,
      segment: String,
      records: UInt64,
      fields: [String: Field]
    ) {
      (self.version, self.segment) = (version, segment)
      (self.records, self.fields) = (records, fields)
    }
  }

  /// First instant.
  public var start: Timestamp
  /// First instant behind it.
  public var end: Timestamp
  /// Its size as written, which tells windows of several sizes apart.
  public var size: String
  /// Its `min_records`, where it waits for records.
  public var minRecords: UInt64?
  /// What became of the records that were not accepted, and places that are in doubt.
  public var totals: StreamTotals
  /// Of each version and segment.
  public var populations: [Population]
  /// Whether it stands for empty windows in a row, and is none itself.
  public var isGap = false
  /// Whether its rules were judged.
  public var isJudged = true

  /// What records of all segments together are called.
  static let all = Plan.allRecords

  /// A window of one population; others are added.
  public init(
    start: Timestamp,
    end: Timestamp,
    size: String,
    minRecords: UInt64?,
    totals: StreamTotals,
    populations: [Population]
  ) {
    (self.start, self.end, self.size, self.minRecords) = (start, end, size, minRecords)
    (self.totals, self.populations) = (totals, populations)
  }
}
