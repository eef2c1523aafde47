import KafkaClient
import Monitoring

/// One record as it stands in a topic.
struct StoredRecord: Equatable {
  var key: String
  var headers: [String]
  var value: String?

  init(key: String, headers: [String], value: String?) {
    (self.key, self.headers, self.value) = (key, headers, value)
  }

  init(_ record: OutputRecord) {
    key = record.key
    headers = record.headers.map { "\($0.name): \($0.value)" }
    value = record.value.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// What a topic holds.
enum Brokers {
  /// All records of a topic of one partition, in order.
  static func read(_ topic: String, at brokers: String) throws -> [StoredRecord] {
    var consumer = try Consumer(group: nil, settings: KafkaSettings(brokers: brokers))
    let place = TopicPartition(topic, 0)
    let end = try consumer.watermarks([place])[0].high
    try consumer.assign([PartitionStart(place, at: .beginning)])
    var records: [StoredRecord] = []
    // The last offsets may be marks of transactions: then only the end itself is told.
    var position: Int64 = 0
    for _ in 0..<600 where position < end {
      let events = consumer.withBatch(timeout: .milliseconds(100)) { batch in
        for row in 0..<batch.count { records.append(record(batch, row)) }
        position = batch.offset(batch.count - 1) + 1
      }
      for case .reachedEnd(_, let offset) in events { position = max(position, offset) }
    }
    return records
  }

  private static func record(_ batch: borrowing MessageBatch, _ row: Int) -> StoredRecord {
    var headers: [String] = []
    batch.forEachHeader(row) { name, value in
      headers.append("\(text(name) ?? ""): \(text(value) ?? "")")
    }
    return StoredRecord(
      key: batch.withKey(row) { text($0) ?? "" },
      headers: headers,
      value: batch.withPayload(row) { text($0) }
    )
  }

  private static func text(_ bytes: Span<UInt8>?) -> String? {
    guard let bytes else { return nil }
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
