import KafkaClient

/// One place in a partition's log: a record, or the marker that ends a transaction there.
struct LogEntry: Hashable, Sendable {
  /// What stands at this offset.
  enum Kind: Hashable, Sendable { case record, commitMarker, abortMarker }

  /// What became of the transaction it belongs to; records outside of transactions are committed.
  enum Fate: Hashable, Sendable { case open, committed, aborted }

  var offset: Int64
  var kind: Kind
  var fate: Fate
  /// The producer id of its transaction; nil for records outside of transactions.
  var producer: Int64?
  /// Milliseconds since 1970.
  var timestamp: Int64
  var key: [UInt8]?
  /// Nil for a tombstone.
  var value: [UInt8]?
  var headers: [RecordHeader]

  /// Whether a `read_committed` consumer is shown it.
  var isVisible: Bool { kind == .record && fate == .committed }
}

/// A record before the log has given it a place.
struct UpstreamRecord: Hashable, Sendable {
  var key: [UInt8]?
  var value: [UInt8]?
  var headers: [RecordHeader] = []
  /// Milliseconds since 1970.
  var timestamp: Int64
}
