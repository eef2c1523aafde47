import Sketches

/// What every record of the partials' topic begins with.
///
/// `LW`, the kind, the version of the format; then who wrote it, as which commit, for which layout
/// of state.
struct PartialHeader: Equatable, Sendable {
  enum Kind: UInt8 {
    /// State to be added, or a part of it.
    case piece = 1
    /// How far the collector came: ends a commit.
    case progress = 2
  }

  static let version: UInt8 = 4
  /// Version 1 knew one version of a monitor only, version 2 not whether a partition was read to
  /// its end, version 3 neither what was known before a cover nor how long topics keep records.
  private static let oldest: UInt8 = 1
  private static let magic: [UInt8] = Array("LW".utf8)

  var kind: Kind
  private(set) var version = Self.version
  var collector: CollectorName
  /// Number of the commit; a commit that is tried again keeps its number.
  var sequence: UInt64
  /// `StateLayout` of the deltas.
  var layout: UInt64

  init(kind: Kind, collector: CollectorName, sequence: UInt64, layout: UInt64) {
    self.kind = kind
    self.collector = collector
    self.sequence = sequence
    self.layout = layout
  }

  func encode(into writer: inout ByteWriter) {
    for byte in Self.magic { writer.byte(byte) }
    writer.byte(kind.rawValue)
    writer.byte(Self.version)
    collector.encode(into: &writer)
    writer.varint(sequence)
    writer.fixed64(layout)
  }

  init(from reader: inout ByteReader) throws(BadEncoding) {
    for byte in Self.magic where try reader.byte() != byte {
      throw BadEncoding("not a record of leeway", at: 0)
    }
    guard let kind = Kind(rawValue: try reader.byte()) else {
      throw BadEncoding("an unknown kind of record", at: 2)
    }
    version = try reader.byte()
    guard (Self.oldest...Self.version).contains(version) else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 3)
    }
    self.kind = kind
    collector = try CollectorName(from: &reader)
    sequence = try reader.varint()
    layout = try reader.fixed64()
  }
}

extension PartialHeader {
  /// Which versions of the monitor a record asks to know: all with lower numbers.
  ///
  /// - Returns: nil for records that ask for none, or are of another kind.
  static func known(in record: [UInt8]) -> Int64? {
    var reader = ByteReader(record)
    guard let header = try? PartialHeader(from: &reader), header.kind == .progress,
      header.version > 1
    else { return nil }
    return try? reader.signed()
  }
}

extension CollectorName {
  /// Bytes of the longest name of a process that can be read.
  public static let nameLimit = 1_024

  func encode(into writer: inout ByteWriter) {
    writer.fixed64(lineage)
    writer.text(instance)
    writer.fixed64(incarnation)
  }

  init(from reader: inout ByteReader) throws(BadEncoding) {
    lineage = try reader.fixed64()
    instance = try reader.text(limit: Self.nameLimit)
    incarnation = try reader.fixed64()
  }
}
