internal import Foundation
internal import KafkaClient
internal import Monitoring
internal import Records
internal import Sketches

/// What stands beside the committed offset of the partials' topic: what whoever restores the state
/// up to there must come to.
struct StateMetadata: Equatable {
  /// Version 2 did not name the commit; version 1 had one more time, too.
  private static let version: UInt8 = 3
  private static let oldest: UInt8 = 1

  /// Which start of which process wrote it.
  var incarnation: UInt64 = 0
  /// The number of its commit: no two commits have the same metadata, whatever they hold.
  var sequence: UInt64 = 0
  var position: LogEvaluator.Position
  var closedThrough: Timestamp?
  var watermark: Timestamp?
  var tally: StreamTally

  init(_ evaluator: LogEvaluator, incarnation: UInt64, sequence: UInt64) {
    (self.incarnation, self.sequence) = (incarnation, sequence)
    position = evaluator.position
    closedThrough = evaluator.closedThrough
    watermark = evaluator.watermark
    tally = evaluator.tally
  }

  var text: String {
    var writer = ByteWriter()
    writer.byte(Self.version)
    writer.fixed64(incarnation)
    writer.varint(sequence)
    writer.varint(position.commits)
    writer.fixed64(position.digest)
    for time in [closedThrough, watermark] {
      writer.flag(time != nil)
      writer.signed(time?.microseconds ?? 0)
    }
    tally.encode(into: &writer)
    return Data(writer.bytes).base64EncodedString()
  }

  /// Reads what stands beside an offset; nil for anything that `text` did not write.
  init?(_ committed: CommittedOffset) {
    guard let data = Data(base64Encoded: committed.metadata) else { return nil }
    var reader = ByteReader([UInt8](data))
    do {
      let version = try reader.byte()
      guard (Self.oldest...Self.version).contains(version) else { return nil }
      if version > 2 { (incarnation, sequence) = (try reader.fixed64(), try reader.varint()) }
      position = LogEvaluator.Position(
        commits: try reader.varint(),
        digest: try reader.fixed64()
      )
      closedThrough = try Self.time(&reader)
      watermark = try Self.time(&reader)
      if version == 1 { _ = try Self.time(&reader) }
      tally = try StreamTally(from: &reader)
      try reader.finish()
    } catch {
      return nil
    }
  }

  private static func time(_ reader: inout ByteReader) throws(BadEncoding) -> Timestamp? {
    let isThere = try reader.flag()
    let time = Timestamp(microseconds: try reader.signed())
    return isThere ? time : nil
  }
}
