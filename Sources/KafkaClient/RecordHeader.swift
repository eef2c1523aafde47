internal import CRDKafka

/// A name and a value that travel beside a record's payload.
public struct RecordHeader: Hashable, Sendable {
  /// The name; it holds no zero byte.
  public var name: String
  /// The value; nil for none.
  public var value: [UInt8]?

  /// A header by name and value.
  public init(_ name: String, _ value: [UInt8]?) {
    self.name = name
    self.value = value
  }

  /// A header whose value is text.
  public init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }

  /// Librdkafka's list of these, which belongs to the caller; nil for none.
  static func list(_ headers: [RecordHeader]) -> OpaquePointer? {
    guard !headers.isEmpty else { return nil }
    let list = unsafe rd_kafka_headers_new(headers.count)
    for header in headers {
      guard let value = header.value else {
        unsafe rd_kafka_header_add(list, header.name, -1, nil, 0)
        continue
      }
      // A value that is empty but there needs some address.
      let bytes = value.isEmpty ? [0] : value
      unsafe rd_kafka_header_add(list, header.name, -1, bytes, value.count)
    }
    return unsafe list
  }
}
