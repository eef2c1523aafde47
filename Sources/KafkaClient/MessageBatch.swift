internal import CRDKafka

/// Records as they came from the broker, lent for the time of one closure.
///
/// Rows are numbered from 0. Keep nothing of it: as long as one message lives, librdkafka keeps
/// the whole response it came in.
@safe public struct MessageBatch: ~Copyable {
  private let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
  /// Each record's partition, by its position in the list that was assigned.
  private let slots: [Int32]
  private let bytes: Int
  private let disposal: MessageDisposal

  init(
    messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
    slots: [Int32],
    bytes: Int,
    disposal: MessageDisposal
  ) {
    unsafe self.messages = messages
    (self.slots, self.bytes, self.disposal) = (slots, bytes, disposal)
  }

  deinit {
    let lent = unsafe UnsafeBufferPointer(start: messages, count: slots.count)
    unsafe disposal.take(lent, bytes: bytes)
  }

  /// The number of records, at least one.
  public var count: Int { slots.count }

  /// The partition's position in the list that was assigned.
  public func slot(_ row: Int) -> Int { Int(slots[row]) }

  /// The record's offset in its partition.
  public func offset(_ row: Int) -> Int64 { unsafe message(row).pointee.offset }

  /// The record's time, and who gave it.
  public func timestamp(_ row: Int) -> MessageTimestamp {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let milliseconds = unsafe rd_kafka_message_timestamp(message(row), &type)
    return MessageTimestamp(type, milliseconds)
  }

  /// Lends the payload; nil for a tombstone, which is not the same as an empty payload.
  public func withPayload<Result, Failure: Error>(
    _ row: Int,
    _ body: (Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let message = unsafe message(row)
    return unsafe try Self.lend(message.pointee.payload, message.pointee.len, body)
  }

  /// Lends the key; nil if the record has none, which is not the same as an empty key.
  public func withKey<Result, Failure: Error>(
    _ row: Int,
    _ body: (Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let message = unsafe message(row)
    return unsafe try Self.lend(message.pointee.key, message.pointee.key_len, body)
  }

  /// Lends payload and key of the first records, in their order.
  ///
  /// For whoever takes millions: what is generic costs each of them.
  public func forEach(
    first count: Int,
    _ body: (_ row: Int, _ payload: Span<UInt8>?, _ key: Span<UInt8>?) -> Void
  ) {
    for row in slots.indices.prefix(count) {
      let message = unsafe message(row)
      let (payload, key) = unsafe (message.pointee.payload, message.pointee.key)
      let payloadBytes = unsafe Self.bytes(payload, message.pointee.len)
      let keyBytes = unsafe Self.bytes(key, message.pointee.key_len)
      unsafe body(row, payloadBytes?.span, keyBytes?.span)
    }
  }

  /// Lends name and value of each header, in their order; a header may have no value.
  ///
  /// Librdkafka reads a record's headers when they are first asked for: do not ask for nothing.
  ///
  /// - Complexity: O(bytes of the headers).
  public func forEachHeader<Failure: Error>(
    _ row: Int,
    _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>?) throws(Failure) -> Void
  ) throws(Failure) {
    var headers: OpaquePointer?
    let response = unsafe rd_kafka_message_headers(message(row), &headers)
    guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    var index = 0
    var (name, value): (UnsafePointer<CChar>?, UnsafeRawPointer?) = (nil, nil)
    var size = 0
    while unsafe rd_kafka_header_get_all(headers, index, &name, &value, &size)
      == RD_KAFKA_RESP_ERR_NO_ERROR
    {
      index += 1
      guard let start = unsafe name else { continue }
      var length = 0
      while unsafe start[length] != 0 { length += 1 }
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
      let nameBytes = unsafe bytes.assumingMemoryBound(to: UInt8.self)
      unsafe try Self.lend(value, size) { (value) throws(Failure) in
        unsafe try body(nameBytes.span, value)
      }
    }
  }

  private func message(_ row: Int) -> UnsafeMutablePointer<rd_kafka_message_t> {
    precondition(slots.indices.contains(row), "row \(row) of \(slots.count)")
    guard let message = unsafe messages[row] else {
      preconditionFailure("row \(row) of \(slots.count) is gone")
    }
    return unsafe message
  }

  private static func lend<Result, Failure: Error>(
    _ start: UnsafeRawPointer?,
    _ count: Int,
    _ body: (Span<UInt8>?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = unsafe bytes(start, count)
    return unsafe try body(bytes?.span)
  }

  private static func bytes(
    _ start: UnsafeRawPointer?,
    _ count: Int
  ) -> UnsafeBufferPointer<UInt8>? {
    guard let start = unsafe start else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    return unsafe bytes.assumingMemoryBound(to: UInt8.self)
  }
}

/// A record's time as the broker tells it.
public struct MessageTimestamp: Hashable, Sendable {
  /// Who gave the time.
  public enum Kind: Hashable, Sendable {
    /// Nobody: the record has no time.
    case none
    /// The producer.
    case create
    /// The broker, when it took the record.
    case logAppend
  }

  /// Who gave the time.
  public var kind: Kind
  /// Milliseconds since 1970; nil if the record has no time.
  public var milliseconds: Int64?

  /// From librdkafka's form, where -1 is no time, whatever the type.
  init(_ type: rd_kafka_timestamp_type_t, _ milliseconds: Int64) {
    switch type {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME: kind = milliseconds == -1 ? .none : .create
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: kind = milliseconds == -1 ? .none : .logAppend
    default: kind = .none
    }
    self.milliseconds = kind == .none ? nil : milliseconds
  }
}
