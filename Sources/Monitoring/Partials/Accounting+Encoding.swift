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
