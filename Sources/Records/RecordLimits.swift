/// How large a record may be; what exceeds a limit is rejected and counted.
public struct RecordLimits: Sendable, Hashable {
  /// The bytes of one payload or CSV row.
  public var recordBytes = 1 << 20
  /// How deep arrays and objects may nest, at most 256; the root object is at depth 1.
  public var depth = 32
  /// The bytes of one asked-for string, after unescaping, or of one array's or object's raw text.
  public var stringBytes = 64 << 10
  /// The fields that are looked at, or discovered.
  public var fields = 4096

  /// The limits that hold where nobody says otherwise.
  public init() {}
}
