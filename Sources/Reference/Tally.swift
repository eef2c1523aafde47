/// How often a value was seen in a window.
struct Tally<Key: SortKey>: Equatable, Sendable {
  var key: Key
  /// Position among the windows in order of appearance; 0 when windows are not learned.
  var window: Int32
  var count: UInt64

  /// Whether both count the same value in the same window.
  func isSame(as other: Self) -> Bool { window == other.window && key == other.key }

  /// The order of runs: by value, then by window.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    left.key == right.key ? left.window < right.window : left.key < right.key
  }
}

extension Array {
  /// The counts of all tallies together.
  func total<Key>() -> UInt64 where Element == Tally<Key> { reduce(0) { $0 + $1.count } }
}

/// A value that can be sorted outside memory.
protocol SortKey: Comparable, Sendable {
  /// Appends the bytes from which `read` makes the same value.
  func write(to bytes: inout [UInt8])
  /// Takes a value from a run.
  static func read(from run: inout RunReader) throws(ReferenceError) -> Self
}

extension Double: SortKey {
  func write(to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bitPattern >> shift))
    }
  }

  static func read(from run: inout RunReader) throws(ReferenceError) -> Double {
    var pattern: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      pattern |= UInt64(try run.byte()) << shift
    }
    return Double(bitPattern: pattern)
  }
}

/// The UTF-8 of a category.
///
/// Bytes, not a `String`: two spellings of "é" are two categories, and the order must not depend
/// on Unicode tables.
struct TextKey: SortKey, Hashable {
  var bytes: [UInt8]

  /// The text; categories are valid UTF-8 by the decoders' promise.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  static func < (left: Self, right: Self) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  func write(to bytes: inout [UInt8]) {
    bytes.append(variableLength: UInt64(self.bytes.count))
    bytes.append(contentsOf: self.bytes)
  }

  static func read(from run: inout RunReader) throws(ReferenceError) -> TextKey {
    let count = Int(try run.variableLength())
    return TextKey(bytes: try run.bytes(count))
  }
}
