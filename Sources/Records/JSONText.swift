/// Writes compact JSON, byte for byte the same for the same calls.
///
/// ```swift
/// var json = JSONText()
/// json.object {
///   $0.member("name", "x")
///   $0.array("edges") { for edge in edges { $0.value(edge) } }
/// }
/// ```
///
/// Commas are the writer's affair. Members belong into objects and values into arrays; the writer
/// does not check it.
public struct JSONText: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// An empty text.
  public init() {}

  /// What was written so far, as a string.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written and keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  /// Writes a value: the root, or an element of an array.
  public mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

  /// Writes a name and its value into an object.
  public mutating func member(_ name: String, _ value: some JSONWritable) {
    self.name(name)
    value.write(to: &self)
  }

  /// Writes an object: the root, or an element of an array.
  public mutating func object<Failure: Error>(
    _ body: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    try enclosed("{", "}", body)
  }

  /// Writes a name and an object as its value into an object.
  public mutating func object<Failure: Error>(
    _ name: String,
    _ body: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    self.name(name)
    try enclosed("{", "}", body)
  }

  /// Writes an array: the root, or an element of an array.
  public mutating func array<Failure: Error>(
    _ body: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    try enclosed("[", "]", body)
  }

  /// Writes a name and an array as its value into an object.
  public mutating func array<Failure: Error>(
    _ name: String,
    _ body: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    self.name(name)
    try enclosed("[", "]", body)
  }

  /// Writes a string, in quotes; only what JSON demands is escaped.
  public mutating func string(_ text: some StringProtocol) {
    separate()
    quote(text)
  }

  /// Writes bytes that are already one JSON value, as they are.
  public mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  /// Writes a name into an object; its value has to follow.
  public mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  private mutating func separate() {
    if needsComma { bytes.append(ASCII.comma) }
    needsComma = true
  }

  private mutating func enclosed<Failure: Error>(
    _ open: Unicode.Scalar,
    _ close: Unicode.Scalar,
    _ body: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    try body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func quote(_ text: some StringProtocol) {
    bytes.append(ASCII.quote)
    for byte in text.utf8 {
      switch byte {
      case ASCII.quote, ASCII.backslash: bytes.append(contentsOf: [ASCII.backslash, byte])
      case 0..<0x20: bytes.append(contentsOf: Self.controlEscapes[Int(byte)])
      default: bytes.append(byte)
      }
    }
    bytes.append(ASCII.quote)
  }

  private static let controlEscapes: [[UInt8]] = (0..<0x20).map { byte in
    let escape =
      switch UInt8(byte) {
      case 0x08: "\\b"
      case ASCII.tab: "\\t"
      case ASCII.newline: "\\n"
      case 0x0C: "\\f"
      case ASCII.carriageReturn: "\\r"
      default: (byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16)
      }
    return Array(escape.utf8)
  }
}
