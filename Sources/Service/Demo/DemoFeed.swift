internal import KafkaClient
internal import Records
internal import Rules
internal import Sketches

/// The events of the demo on their way to its broker, as far as they have happened.
///
/// Zstandard keeps a year of events within the 5 MiB that the broker keeps of a partition.
struct DemoFeed: ~Copyable {
  /// Events produced so far.
  private(set) var count: UInt64 = 0

  private let topic: String
  private var producer: Producer
  private var reader: NDJSONReader
  private var decoder: JSONRecordDecoder
  private var (batch, columns) = (RecordBatch(), ColumnBatch())
  /// The next row of the batch.
  private var row = 0

  /// Nothing is produced yet.
  ///
  /// - Parameters:
  ///   - path: One JSON object a line, in the order of their times.
  ///   - plan: Says where its time is, in RFC 3339, and its key.
  ///   - brokers: The broker's address.
  /// - Throws: `InputError`, or `KafkaError`.
  init(_ path: String, _ plan: Plan, at brokers: String) throws {
    var settings = KafkaSettings(brokers: brokers)
    settings.set("compression.type", "zstd")
    settings.set("batch.size", "1000000")
    settings.set("linger.ms", "100")
    let reader = try NDJSONReader(InputFile(path))
    let producer = try Producer(settings: settings)
    topic = plan.source.topics[0]
    let key = FieldRequest(path: plan.roles.id ?? plan.roles.time, wantsNumberText: true)
    decoder = JSONRecordDecoder(fields: [key, FieldRequest(path: plan.roles.time)])
    self.reader = reader
    self.producer = producer
  }

  /// The time of the next event; nil behind the last one.
  mutating func nextTime() throws -> Timestamp? {
    guard try fill() else { return nil }
    return Timestamp(rfc3339: String(decoding: text(of: 1), as: UTF8.self))
  }

  /// Produces the events before an instant, each to the partition that the hash of its key says.
  ///
  /// - Parameters:
  ///   - end: The instant; nil for all that are left.
  ///   - report: Called with the number of events produced so far, now and then.
  /// - Throws: `InputError`, or `KafkaError`.
  mutating func produce(
    before end: Timestamp?,
    report: (UInt64) -> Void = { _ in }
  ) throws {
    // As text, which all times of the demo have in the one form.
    let bound = end.map { Array($0.description.utf8) }
    while try fill() {
      if let bound, !text(of: 1).lexicographicallyPrecedes(bound) { break }
      let key = Array(text(of: 0))
      let partition = Int32(Hash64.hash(key.span) % UInt64(Demo.partitions))
      let topic = topic
      try batch.withPayload(row) { payload in
        try producer.produce(to: topic, partition: partition, key: key.span, payload: payload)
      }
      row += 1
      count += 1
      if row == batch.count { report(count) }
    }
    try producer.flush(within: .seconds(60))
  }

  /// Makes sure that there is a next row; false behind the last one.
  private mutating func fill() throws -> Bool {
    guard row == batch.count else { return true }
    row = 0
    guard try reader.nextBatch(into: &batch) else { return false }
    decoder.decode(batch, into: &columns)
    return true
  }

  /// What the next row has in a column.
  private func text(of column: Int) -> ArraySlice<UInt8> {
    columns.text[columns.columns[column].textRange(row)]
  }
}
