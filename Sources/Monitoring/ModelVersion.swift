public import Records

/// The name of a model version, told apart byte by byte.
///
/// Swift's strings are equal when they look the same, however they are encoded; which of two such
/// spellings came first would then decide what is written.
public struct ModelVersion: Hashable, Comparable, Sendable {
  let bytes: [UInt8]

  /// Name under which versions beyond the limit are summed.
  public static let other = ModelVersion("__other__")

  /// Longer names, of which an event may have any, are summed under that one, too.
  static let toldApartLimit = 1_024

  /// A version by its name.
  public init(_ name: String) { bytes = Array(name.utf8) }

  /// As it stands in the records.
  public var name: String { String(decoding: bytes, as: UTF8.self) }

  /// A number that spreads versions evenly, the same in every run.
  var hash: UInt64 { Hash64.hash(bytes.span) }

  /// Orders by bytes.
  public static func < (left: Self, right: Self) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ModelVersion: JSONWritable {
  /// Writes the name.
  public func write(to json: inout JSONText) { json.string(name) }
}
