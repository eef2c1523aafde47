public import Monitoring

/// Where a monitor's records go: files, topics, or a test.
public protocol OutputSink: ~Copyable {
  /// Takes one record; records of one key keep their order.
  mutating func write(_ record: OutputRecord) throws

  /// Makes everything written lasting.
  mutating func finish() throws
}
