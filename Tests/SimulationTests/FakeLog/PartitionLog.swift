import KafkaClient

/// The log of one partition: entries with offsets, some of them not decided yet.
///
/// Offsets only rise, and need not be dense: markers take one each, and compaction leaves gaps.
final class PartitionLog {
  private(set) var entries: [LogEntry] = []
  /// The first offset that may be read; retention moves it up.
  private(set) var start: Int64 = 0
  /// The offset of the next entry.
  private(set) var end: Int64 = 0
  /// The last stable offset (LSO): `read_committed` sees nothing from here on.
  private(set) var stableEnd: Int64 = 0
  /// The first undecided offset of each producer that has one.
  private var firstOpen: [Int64: Int64] = [:]

  /// Appends a record, undecided if a transaction wrote it.
  @discardableResult
  func append(_ record: UpstreamRecord, producer: Int64? = nil) -> Int64 {
    let offset = add(
      LogEntry(
        offset: end,
        kind: .record,
        fate: producer == nil ? .committed : .open,
        producer: producer,
        timestamp: record.timestamp,
        key: record.key,
        value: record.value,
        headers: record.headers
      )
    )
    if let producer, firstOpen[producer] == nil { firstOpen[producer] = offset }
    findStableEnd()
    return offset
  }

  /// Ends the transaction of a producer: writes the marker and decides what it left open.
  func decide(_ producer: Int64, commits: Bool, timestamp: Int64) {
    if let first = firstOpen.removeValue(forKey: producer) {
      for index in index(of: first)..<entries.count
      where entries[index].producer == producer && entries[index].fate == .open {
        entries[index].fate = commits ? .committed : .aborted
      }
    }
    add(
      LogEntry(
        offset: end,
        kind: commits ? .commitMarker : .abortMarker,
        fate: commits ? .committed : .aborted,
        producer: producer,
        timestamp: timestamp,
        headers: []
      )
    )
    findStableEnd()
  }

  /// The index of the first entry at an offset or behind it.
  ///
  /// - Complexity: O(log n).
  func index(of offset: Int64) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Lends visible entries from one offset to another, and says where to go on.
  ///
  /// - Complexity: O(entries passed + log n).
  func read(
    from start: Int64,
    to end: Int64,
    limit: Int = .max,
    _ body: (LogEntry) throws -> Void
  ) rethrows -> Int64 {
    var (index, left) = (index(of: start), limit)
    while index < entries.count, entries[index].offset < end {
      if entries[index].isVisible {
        guard left > 0 else { return entries[index].offset }
        left -= 1
        try body(entries[index])
      }
      index += 1
    }
    return max(start, end)
  }

  @discardableResult
  private func add(_ entry: LogEntry) -> Int64 {
    entries.append(entry)
    end += 1
    return entry.offset
  }

  private func findStableEnd() {
    stableEnd = max(start, firstOpen.values.min() ?? end)
  }
}

/// What brokers do to logs behind everybody's back.
extension PartitionLog {
  /// Deletes what stands before an offset, as retention and `DeleteRecords` do.
  func truncate(before offset: Int64) {
    start = min(max(start, offset), end)
    entries.removeFirst(index(of: start))
    findStableEnd()
  }

  /// Keeps of each key the last committed record only; never touches what is behind the LSO.
  ///
  /// - Parameter dropsTombstones: Whether `delete.retention.ms` has passed for the tombstones too.
  func compact(dropsTombstones: Bool) {
    let horizon = stableEnd
    var last: [[UInt8]: Int64] = [:]
    for entry in entries where entry.isVisible && entry.offset < horizon {
      if let key = entry.key { last[key] = entry.offset }
    }
    entries.removeAll { entry in
      guard entry.offset < horizon else { return false }
      guard entry.isVisible else { return true }
      guard let key = entry.key else { return false }
      return last[key] != entry.offset || (dropsTombstones && entry.value == nil)
    }
  }
}
