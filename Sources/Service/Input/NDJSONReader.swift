public import Records

/// Splits newline-delimited JSON into records: one line, one record, its number the offset.
///
/// A blank line is a tombstone. The last line counts without a newline too, `\r\n` ends a line
/// like `\n`, and a byte order mark is skipped. A line over the record limit is one record that
/// decoders reject as `too_large`; no more of it is kept than shows that.
public struct NDJSONReader {
  private static let batchBytes = 8 << 20
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private var input: InputReader
  private let lineLimit: Int
  private var chunk: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  /// The beginning of a line that earlier chunks held.
  private var carried: [UInt8] = []
  private var isLineOpen = false
  private var nextLine: Int64 = 0

  /// Starts at the first line.
  ///
  /// - Throws: `InputError` when the input cannot be opened.
  public init(_ file: InputFile, limits: RecordLimits = RecordLimits()) throws {
    input = try file.open()
    // one byte more than is legal, and a carriage return
    lineLimit = limits.recordBytes + 2
  }

  /// Replaces a batch by the next records.
  ///
  /// Batches are cut by number and bytes of records only, so that they do not depend on how the
  /// input arrives.
  ///
  /// - Returns: Whether there were any: false at the end.
  /// - Throws: `InputError` when the input is damaged.
  /// - Complexity: O(bytes).
  public mutating func nextBatch(
    into batch: inout RecordBatch,
    maxRecords: Int = 4096
  ) throws -> Bool {
    precondition(maxRecords > 0, "a batch of \(maxRecords) records")
    batch.removeAll()
    while batch.count < maxRecords, batch.byteCount < Self.batchBytes {
      if position == chunk.count, try !refill() {
        if isLineOpen { appendCarried(to: &batch) }
        break
      }
      guard let end = lineEnd() else {
        carry(through: chunk.count)
        continue
      }
      if isLineOpen {
        carry(through: end)
        appendCarried(to: &batch)
      } else {
        append(chunk.span.extracting(position..<end), to: &batch)
        nextLine += 1
      }
      position = end + 1
    }
    return batch.count > 0
  }

  private mutating func refill() throws -> Bool {
    guard !isAtEnd, let next = try input.next() else {
      isAtEnd = true
      return false
    }
    chunk = next
    position = 0
    return true
  }

  /// Where the line at hand ends in the chunk; nil when it goes on in the next.
  private func lineEnd() -> Int? {
    let bytes = chunk.span
    var index = position
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") { return index }
      index += 1
    }
    return nil
  }

  private mutating func carry(through end: Int) {
    // A mark is no part of the first line.
    let limit = nextLine == 0 ? lineLimit + Self.byteOrderMark.count : lineLimit
    let room = max(0, limit - carried.count)
    carried.append(contentsOf: chunk[position..<end].prefix(room))
    isLineOpen = true
    position = end
  }

  private mutating func appendCarried(to batch: inout RecordBatch) {
    append(carried.span, to: &batch)
    nextLine += 1
    carried.removeAll(keepingCapacity: true)
    isLineOpen = false
  }

  private func append(_ line: Span<UInt8>, to batch: inout RecordBatch) {
    let mark = Self.byteOrderMark
    let isMarked =
      nextLine == 0 && line.count >= mark.count && mark.indices.allSatisfy { line[$0] == mark[$0] }
    let start = isMarked ? mark.count : 0
    var end = min(line.count, start + lineLimit)
    if end > start, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let payload = line.extracting(start..<end)
    batch.append(payload: end > start ? payload : nil, offset: nextLine)
  }
}
