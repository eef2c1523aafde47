internal import Records

extension InputFile {
  /// Reads some lines of events, numbered from 0; a batch may hold some behind them.
  func read(_ lines: Range<Int64>, _ body: (RecordBatch) throws -> Void) throws {
    var reader = try NDJSONReader(self)
    var batch = RecordBatch()
    while try reader.nextBatch(into: &batch), batch.offset(0) < lines.upperBound {
      let early = (0..<batch.count).prefix { batch.offset($0) < lines.lowerBound }.count
      if early < batch.count {
        batch.removeFirst(early)
        try body(batch)
      }
    }
  }

  /// How many lines of events there are, no more than so many being counted.
  func lineCount(upTo limit: Int64) throws -> Int64 {
    var reader = try NDJSONReader(self)
    var batch = RecordBatch()
    var count: Int64 = 0
    while count < limit, try reader.nextBatch(into: &batch) { count += Int64(batch.count) }
    return min(count, limit)
  }
}
