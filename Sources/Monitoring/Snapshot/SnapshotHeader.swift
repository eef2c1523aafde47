import Sketches

/// What a snapshot says before its state.
struct SnapshotHeader: Equatable, Sendable {
  /// Version 1 had no versions of the monitor, version 2 only one that judges, version 3 neither
  /// detectors nor previous windows, version 4 no clock, version 5 neither ends of alerts nor when
  /// they were last said to fire, version 6 neither what a trigger's records are read back by nor
  /// requests that wait for an answer, version 7 of these only the references of their alerts.
  static let version: UInt8 = 8
  private static let magic: [UInt8] = Array("LWS".utf8)

  /// Offset of the first record of the partials' topic that it does not hold.
  var offset: Int64
  /// Commits folded.
  var commits: UInt64
  /// Hash over these.
  var digest: UInt64

  func encode(into writer: inout ByteWriter) {
    for byte in Self.magic { writer.byte(byte) }
    writer.byte(Self.version)
    writer.signed(offset)
    writer.varint(commits)
    writer.fixed64(digest)
  }
}

extension SnapshotHeader {
  init(from reader: inout ByteReader) throws(BadEncoding) {
    for byte in Self.magic where try reader.byte() != byte {
      throw BadEncoding("not a snapshot of leeway", at: 0)
    }
    let version = try reader.byte()
    guard version == Self.version else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 3)
    }
    offset = try reader.signed()
    commits = try reader.varint()
    digest = try reader.fixed64()
  }
}
