internal import KafkaClient
internal import Records

/// Reads again what monitors have written.
enum StoredRecords {
  /// A window of a thousand fields is larger than any event may be.
  private static let limits: RecordLimits = {
    var limits = RecordLimits()
    limits.recordBytes = 64 << 20
    return limits
  }()

  /// Reads a file, line by line.
  ///
  /// - Throws: `InputError` when it cannot be read, and what `body` throws.
  static func read(_ file: InputFile, _ body: ([UInt8]) throws -> Void) throws {
    var lines = try NDJSONReader(file, limits: limits)
    var batch = RecordBatch()
    while try lines.nextBatch(into: &batch) {
      for row in 0..<batch.count { if let json = batch.payload(row) { try body(json) } }
    }
  }

  /// Reads what is committed in a topic, partition by partition, up to where it ends now.
  ///
  /// - Throws: `KafkaError`, and what `body` throws.
  static func read(
    topic: String,
    _ settings: KafkaSettings,
    _ body: ([UInt8]) throws -> Void
  ) throws {
    let admin = try Admin(settings: settings)
    let partitions = try TopicCheck.existing([topic], admin, settings)[0].partitions
    let consumer = try Consumer(group: nil, settings: settings)
    for partition in TopicPartition.first(partitions, of: topic) {
      let end = try LogScan.endOffset(of: partition, settings: settings)
      let start = try consumer.watermarks([partition])[0].low
      try LogScan.read(partition, from: start, to: end, settings: settings) { _, _, payload in
        guard let payload else { return }
        try body(payload.indices.map { payload[$0] })
      }
    }
  }
}
