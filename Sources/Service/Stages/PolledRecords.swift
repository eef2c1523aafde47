public import Records
public import Windowing

/// Records as they were polled: of all partitions in one batch, one run of records after the other.
///
/// One batch and not one for each partition, so that the memory of a member does not grow with the
/// partitions that it is given, and all that came at once is decoded at once.
public struct PolledRecords: Sendable {
  /// Records of one partition that came one after the other, in the order of the log.
  public struct Run: Sendable {
    /// The partition, by its place in `assign`.
    public let slot: Int
    /// Who gives the records their times, as the first one says.
    public let trust: PartitionClock.Trust
    /// Where they stand in the batch.
    public fileprivate(set) var rows: Range<Int>
  }

  /// All records; their payloads, keys and headers are added through `append`.
  public private(set) var batch = RecordBatch()
  /// Which of them are whose: all rows, by increasing ones.
  public private(set) var runs: [Run] = []

  /// No records yet.
  public init() {}

  /// Whether there are no records.
  public var isEmpty: Bool { runs.isEmpty }

  /// Adds a record of a partition.
  ///
  /// - Parameters:
  ///   - slot: The partition, by its place in `assign`.
  ///   - trust: Who gave the record its time.
  ///   - body: Appends exactly one record, and its headers.
  public mutating func append(
    slot: Int,
    trust: PartitionClock.Trust,
    _ body: (inout RecordBatch) -> Void
  ) {
    let row = batch.count
    body(&batch)
    if let last = runs.indices.last, runs[last].slot == slot {
      runs[last].rows = runs[last].rows.lowerBound..<row + 1
    } else {
      runs.append(Run(slot: slot, trust: trust, rows: row..<row + 1))
    }
  }

  /// Drops the first records.
  ///
  /// - Complexity: O(records left).
  mutating func removeFirst(_ dropped: Int) {
    guard dropped < batch.count else { return removeAll() }
    batch.removeFirst(dropped)
    runs.removeAll { $0.rows.upperBound <= dropped }
    for index in runs.indices {
      let rows = runs[index].rows
      runs[index].rows = max(0, rows.lowerBound - dropped)..<rows.upperBound - dropped
    }
  }

  /// Drops all records and keeps their memory for the next ones.
  mutating func removeAll() {
    batch.removeAll()
    runs.removeAll(keepingCapacity: true)
  }
}
