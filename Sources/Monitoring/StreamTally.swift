public import Sketches

/// What became of all records an evaluator was ever told of.
///
/// Conservation: `read == accepted + accounting.total`, unless `violations` says more.
public struct StreamTally: Summary {
  /// Records read by collectors.
  public internal(set) var read: UInt64 = 0
  /// Records counted in a pane.
  public internal(set) var accepted: UInt64 = 0
  /// Records that were not; late are also those of partitions that were idle while the windows
  /// closed.
  public internal(set) var accounting = Accounting()
  /// Deltas that do not fit to those before.
  public internal(set) var violations: UInt64 = 0
  /// Windows written.
  public internal(set) var windows: UInt64 = 0

  /// Nothing counted yet.
  public init() {}

  /// Adds what another evaluator was told of.
  public mutating func merge(_ other: Self) {
    for path in Self.counters { self[keyPath: path].add(other[keyPath: path]) }
    accounting.merge(other.accounting)
  }

  private static let counters: [any WritableKeyPath<Self, UInt64> & Sendable] = [
    \.read, \.accepted, \.violations, \.windows,
  ]
}

extension StreamTally {
  /// Writes all counters.
  public func encode(into writer: inout ByteWriter) {
    for path in Self.counters { writer.varint(self[keyPath: path]) }
    accounting.encode(into: &writer)
  }

  /// Reads what `encode` wrote.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    for path in Self.counters { self[keyPath: path] = try reader.varint() }
    accounting = try Accounting(from: &reader)
  }
}
