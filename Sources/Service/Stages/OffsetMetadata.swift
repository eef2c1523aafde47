internal import Foundation
internal import Monitoring
internal import Sketches

/// What stands beside the committed offset of a source partition: where its clock stood, and which
/// commit it was.
///
/// Base64, since brokers and tools show it as text; less than the 4,096 bytes that brokers keep.
struct OffsetMetadata: Equatable {
  var place: SourcePlace
  /// Which start of which process wrote it.
  var incarnation: UInt64
  /// The number of its commit.
  var sequence: UInt64
  /// Partitions that the topic had when the group began to read it; nil where that is of no use.
  var founding: Int?

  init(place: SourcePlace, incarnation: UInt64, sequence: UInt64, founding: Int?) {
    self.place = place
    self.incarnation = incarnation
    self.sequence = sequence
    self.founding = founding
  }

  var text: String {
    var writer = ByteWriter()
    writer.fixed64(incarnation)
    writer.varint(sequence)
    place.encode(into: &writer)
    if let founding { writer.varint(UInt64(founding)) }
    return Data(writer.bytes).base64EncodedString()
  }

  /// Reads what `text` wrote; nil for anything else.
  init?(offset: Int64, text: String) {
    guard let data = Data(base64Encoded: text) else { return nil }
    var reader = ByteReader([UInt8](data))
    do {
      incarnation = try reader.fixed64()
      sequence = try reader.varint()
      place = try SourcePlace(offset: offset, from: &reader)
      if reader.remaining > 0 { founding = Int(clamping: try reader.varint()) }
      try reader.finish()
    } catch {
      return nil
    }
  }
}
