import Records
import Sketches

extension ByteReader {
  /// A number of a topic, of a partition, or of anything else that is counted from 0.
  mutating func index(_ what: String) throws(BadEncoding) -> Int {
    let start = position
    let value = try varint()
    guard value < 1 << 31 else { throw BadEncoding("no such \(what): \(value)", at: start) }
    return Int(value)
  }

  /// A position in a monitor's topics, fields or windows.
  mutating func index(_ what: String, below count: Int) throws(BadEncoding) -> Int {
    let start = position
    let value = try index(what)
    guard value < count else { throw BadEncoding("no such \(what): \(value)", at: start) }
    return value
  }

  /// A number of records: so few that no sum of what one topic holds is out of range.
  mutating func records() throws(BadEncoding) -> UInt64 {
    let start = position
    let value = try varint()
    guard value < 1 << 56 else { throw BadEncoding("too many records: \(value)", at: start) }
    return value
  }

  /// An instant in the range that leaves room for lateness and windows.
  mutating func time() throws(BadEncoding) -> Timestamp {
    let start = position
    let value = try signed()
    guard (Int64.min / 4...Int64.max / 4).contains(value) else {
      throw BadEncoding("an instant out of range", at: start)
    }
    return Timestamp(microseconds: value)
  }

  /// An instant that may be missing.
  mutating func instant() throws(BadEncoding) -> Timestamp? {
    try optional { (reader) throws(BadEncoding) in try reader.time() }
  }

  /// A second of the clock since 1970, of instants in that range.
  mutating func second() throws(BadEncoding) -> Int64 {
    let start = position
    let value = try signed()
    guard (Int64.min / 4_000_000...Int64.max / 4_000_000).contains(value) else {
      throw BadEncoding("a second out of range", at: start)
    }
    return value
  }

  /// A pane of instants in that range.
  mutating func pane(_ layout: StateLayout) throws(BadEncoding) -> Int64 {
    let start = position
    let pane = try signed()
    guard layout.panes.contains(pane) else { throw BadEncoding("a pane out of range", at: start) }
    return pane
  }
}
