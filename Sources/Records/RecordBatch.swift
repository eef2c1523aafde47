/// Records as they were read: payloads side by side in one buffer.
///
/// Made to be filled, decoded, emptied and filled again: after the first batches nothing is
/// allocated. Rows are numbered from 0 in the order they were appended.
public struct RecordBatch: Sendable {
  /// All payloads, and behind the last one 64 bytes that may be read and mean nothing.
  public private(set) var bytes: [UInt8] = Self.padding
  var starts: [Int] = []
  /// Negative for a tombstone.
  var lengths: [Int] = []
  private var offsets: [Int64] = []
  private var brokerTimes: [Int64?] = []

  /// Keys and headers, which are needed more seldom than payloads.
  private var envelope: [UInt8] = []
  private var keys: [Range<Int>?] = []
  private var headers: [Header] = []
  private var headerEnds: [Int] = []

  private struct Header {
    var name: Range<Int>
    var value: Range<Int>?
  }

  // As many bytes as the JSON decoder may read behind a payload.
  private static let padding = [UInt8](repeating: 0, count: 64)

  /// A batch without records.
  public init() {}

  /// The number of records.
  public var count: Int { lengths.count }

  /// Empties the batch and keeps its memory for the next one.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: Self.padding)
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    brokerTimes.removeAll(keepingCapacity: true)
    envelope.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    headers.removeAll(keepingCapacity: true)
    headerEnds.removeAll(keepingCapacity: true)
  }

  /// Drops the first records; their bytes stay until the batch is emptied.
  ///
  /// - Complexity: O(records left).
  public mutating func removeFirst(_ dropped: Int) {
    precondition((0...count).contains(dropped), "\(dropped) records of \(count)")
    let droppedHeaders = dropped > 0 ? headerEnds[dropped - 1] : 0
    starts.removeFirst(dropped)
    lengths.removeFirst(dropped)
    offsets.removeFirst(dropped)
    brokerTimes.removeFirst(dropped)
    keys.removeFirst(dropped)
    headerEnds.removeFirst(dropped)
    headers.removeFirst(droppedHeaders)
    for row in headerEnds.indices { headerEnds[row] -= droppedHeaders }
  }

  /// Appends one record; its headers follow by `appendHeader(name:value:)`.
  ///
  /// - Parameters:
  ///   - payload: The event, or nil for a tombstone.
  ///   - offset: The record's offset in its partition.
  ///   - brokerMilliseconds: The broker's time, milliseconds since 1970, if it gave one.
  ///   - key: The record's key, if it has one.
  /// - Complexity: O(bytes copied).
  public mutating func append(
    payload: Span<UInt8>?,
    offset: Int64,
    brokerMilliseconds: Int64? = nil,
    key: Span<UInt8>? = nil
  ) {
    let start = bytes.count - Self.padding.count
    starts.append(start)
    if let payload {
      bytes.removeSubrange(start...)
      bytes.append(copying: payload)
      bytes.append(contentsOf: Self.padding)
      lengths.append(payload.count)
    } else {
      lengths.append(-1)
    }
    offsets.append(offset)
    brokerTimes.append(brokerMilliseconds)
    if let key {
      keys.append(appendEnvelope(key))
    } else {
      keys.append(nil)
    }
    headerEnds.append(headers.count)
  }

  /// Adds a header to the record appended last; a header may have no value.
  public mutating func appendHeader(name: Span<UInt8>, value: Span<UInt8>?) {
    precondition(count > 0, "a header needs a record to belong to")
    let nameRange = appendEnvelope(name)
    var valueRange: Range<Int>?
    if let value { valueRange = appendEnvelope(value) }
    headers.append(Header(name: nameRange, value: valueRange))
    headerEnds[count - 1] = headers.count
  }

  private mutating func appendEnvelope(_ added: Span<UInt8>) -> Range<Int> {
    let start = envelope.count
    envelope.append(copying: added)
    return start..<envelope.count
  }
}

extension RecordBatch {
  /// Where the payload stands in `bytes`; nil for a tombstone.
  public func payloadRange(_ row: Int) -> Range<Int>? {
    lengths[row] < 0 ? nil : starts[row]..<starts[row] + lengths[row]
  }

  /// The record's offset in its partition.
  public func offset(_ row: Int) -> Int64 { offsets[row] }

  /// The broker's time of the record, milliseconds since 1970, if it gave one.
  public func brokerMilliseconds(_ row: Int) -> Int64? { brokerTimes[row] }

  /// Lends the payload; nil for a tombstone.
  public func withPayload<Result, Failure: Error>(
    _ row: Int,
    _ body: (Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let range = payloadRange(row) else { return try body(nil) }
    return try body(bytes.span.extracting(range))
  }

  /// A copy of the payload; nil for a tombstone.
  public func payload(_ row: Int) -> [UInt8]? { payloadRange(row).map { Array(bytes[$0]) } }

  /// Lends the key; nil if the record has none.
  public func withKey<Result, Failure: Error>(
    _ row: Int,
    _ body: (Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let range = keys[row] else { return try body(nil) }
    return try body(envelope.span.extracting(range))
  }

  /// The number of headers of a record.
  public func headerCount(_ row: Int) -> Int { headerRange(row).count }

  /// Lends name and value of one header, in the order they were appended.
  public func withHeader<Result, Failure: Error>(
    _ row: Int,
    at index: Int,
    _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let header = headers[headerRange(row).lowerBound + index]
    let name = envelope.span.extracting(header.name)
    guard let value = header.value else { return try body(name, nil) }
    return try body(name, envelope.span.extracting(value))
  }

  /// The place of the last header with this name, for `withHeader(_:at:_:)`.
  ///
  /// - Complexity: O(headers of the record); nothing is allocated.
  public func lastHeader(_ row: Int, named name: [UInt8]) -> Int? {
    let range = headerRange(row)
    let found = range.last { envelope[headers[$0].name].elementsEqual(name) }
    return found.map { $0 - range.lowerBound }
  }

  private func headerRange(_ row: Int) -> Range<Int> {
    (row == 0 ? 0 : headerEnds[row - 1])..<headerEnds[row]
  }
}
