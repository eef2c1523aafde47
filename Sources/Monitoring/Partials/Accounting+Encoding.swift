import Records
import Sketches

extension Accounting {
  func encode(into writer: inout ByteWriter) {
    writer.varint(late)
    writer.varint(filtered)
    writer.count(rejectedByReason.count)
    for records in rejectedByReason { writer.varint(records) }
  }

  /// - Throws: `BadEncoding` also for reasons that only a newer version knows.
  init(from reader: inout ByteReader) throws(BadEncoding) {
    self.init()
    late = try reader.records()
    filtered = try reader.records()
    let start = reader.position
    let known = rejectedByReason.count
    let count = try reader.index("reason of rejection")
    guard count == known else {
      throw BadEncoding("\(count) reasons of rejection, known are \(known)", at: start)
    }
    for reason in 0..<count { rejectedByReason[reason] = try reader.records() }
  }
}

extension OffsetCover {
  func encode(into writer: inout ByteWriter) {
    writer.count(topic)
    writer.count(partition)
    writer.signed(start)
    writer.signed(end)
    writer.optional(watermark) { $0.signed($1.microseconds) }
  }

  init(from reader: inout ByteReader, layout: StateLayout) throws(BadEncoding) {
    topic = try reader.index("topic", below: layout.topicCount)
    partition = try reader.index("partition", below: CommitLimits.partitions)
    let begin = reader.position
    start = try reader.signed()
    end = try reader.signed()
    guard start < end else { throw BadEncoding("an empty run of offsets", at: begin) }
    watermark = try reader.instant()
  }
}

extension [OffsetCover] {
  func encode(into writer: inout ByteWriter) {
    writer.count(count)
    for cover in self { cover.encode(into: &writer) }
  }

  init(from reader: inout ByteReader, layout: StateLayout) throws(BadEncoding) {
    self = []
    for _ in 0..<(try reader.count(limit: .max, "covers")) {
      let start = reader.position
      let cover = try OffsetCover(from: &reader, layout: layout)
      if let last, (last.topic, last.partition) >= (cover.topic, cover.partition) {
        throw BadEncoding("partitions are not in order", at: start)
      }
      append(cover)
    }
  }
}
