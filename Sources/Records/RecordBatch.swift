internal import CSimdJSON

/// Records as they were read: payloads side by side in one buffer.
///
/// Made to be filled, decoded, emptied and filled again: after the first batches nothing is
/// allocated. Rows are numbered from 0 in the order they were appended.
public struct RecordBatch: Sendable {
  /// All payloads, and behind the last one at least 64 bytes that mean nothing: as many as the
  /// decoder may read behind a payload.
  public private(set) var bytes = [UInt8](repeating: 0, count: Self.padding)
  /// Bytes of all payloads together.
  public private(set) var byteCount = 0
  /// Where each payload stands; negative lengths are tombstones.
  var payloads: [csj_payload] = []
  private var rows: [Row] = []

  /// Keys and headers, which are needed more seldom than payloads.
  private var envelope: [UInt8] = []
  private var headers: [Header] = []

  /// What a record is beside its payload; one array and not four, as each is grown by itself.
  private struct Row {
    var offset: Int64
    var brokerMilliseconds: Int64?
    var key: Range<Int>?
    var headerEnd: Int
  }

  private struct Header {
    var name: Range<Int>
    var value: Range<Int>?
  }

  private static let padding = 64

  /// A batch without records.
  public init() {}

  /// The number of records.
  public var count: Int { rows.count }

  /// Empties the batch and keeps its memory for the next one.
  public mutating func removeAll() {
    byteCount = 0
    payloads.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    envelope.removeAll(keepingCapacity: true)
    headers.removeAll(keepingCapacity: true)
  }

  /// Drops the first records; their bytes stay until the batch is emptied.
  ///
  /// - Complexity: O(records left).
  public mutating func removeFirst(_ dropped: Int) {
    precondition((0...count).contains(dropped), "\(dropped) records of \(count)")
    let droppedHeaders = dropped > 0 ? rows[dropped - 1].headerEnd : 0
    payloads.removeFirst(dropped)
    rows.removeFirst(dropped)
    headers.removeFirst(droppedHeaders)
    for row in rows.indices { rows[row].headerEnd -= droppedHeaders }
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
    payloads.append(csj_payload(start: byteCount, length: payload?.count ?? -1))
    if let payload { appendBytes(payload) }
    var keyRange: Range<Int>?
    if let key { keyRange = appendEnvelope(key) }
    rows.append(
      Row(
        offset: offset,
        brokerMilliseconds: brokerMilliseconds,
        key: keyRange,
        headerEnd: headers.count
      )
    )
  }

  /// Adds a header to the record appended last; a header may have no value.
  public mutating func appendHeader(name: Span<UInt8>, value: Span<UInt8>?) {
    precondition(count > 0, "a header needs a record to belong to")
    let nameRange = appendEnvelope(name)
    var valueRange: Range<Int>?
    if let value { valueRange = appendEnvelope(value) }
    headers.append(Header(name: nameRange, value: valueRange))
    rows[count - 1].headerEnd = headers.count
  }

  /// Copies a payload behind the others, into room that is there as a rule.
  private mutating func appendBytes(_ payload: Span<UInt8>) {
    let missing = byteCount + payload.count + Self.padding - bytes.count
    if missing > 0 {
      bytes.append(contentsOf: repeatElement(0, count: max(missing, bytes.count)))
    }
    bytes.overwrite(from: byteCount, with: payload)
    byteCount += payload.count
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
    let (start, length) = (payloads[row].start, payloads[row].length)
    return length < 0 ? nil : start..<start + length
  }

  /// The record's offset in its partition.
  public func offset(_ row: Int) -> Int64 { rows[row].offset }

  /// The broker's time of the record, milliseconds since 1970, if it gave one.
  public func brokerMilliseconds(_ row: Int) -> Int64? { rows[row].brokerMilliseconds }

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
    guard let range = rows[row].key else { return try body(nil) }
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
    (row == 0 ? 0 : rows[row - 1].headerEnd)..<rows[row].headerEnd
  }
}
