import Records
import Rules
import Sketches
import Windowing

/// What a snapshot says before its state: enough to know whether a monitor can go on from it.
struct SnapshotHeader: Equatable, Sendable {
  static let version: UInt8 = 1
  private static let magic: [UInt8] = Array("LWS".utf8)

  /// Offset of the first record of the partials' topic that it does not hold.
  var offset: Int64
  /// `StateLayout` of the state.
  var layout: UInt64
  /// Hash of the windows: with others, nothing of the schedule has a meaning.
  var windows: UInt64
  /// Hash of the names of rules and triggers: with others, only what they share is taken over.
  var names: UInt64
  /// End of the last window closed.
  var closedThrough: Timestamp?
  /// No record counted so far belongs to a pane at or behind this instant; nil without records.
  var frontier: Timestamp?
  /// Commits folded.
  var commits: UInt64
  /// Hash over these.
  var digest: UInt64

  /// The hash of a plan's windows.
  static func windows(of plan: Plan) -> UInt64 {
    var writer = ByteWriter()
    writer.signed(plan.lateness.microseconds)
    for window in plan.windows {
      for length in [window.size, window.every, window.align] {
        writer.signed(length.microseconds)
      }
      guard let minRecords = window.minRecords else { continue }
      // No window has the size 0: what follows it is no other window's size.
      for number in [0, window.longest.microseconds] { writer.signed(number) }
      writer.varint(minRecords)
    }
    return Hash64.hash(writer.bytes.span)
  }

  /// The hash of a plan's names of rules and triggers, in their order.
  static func names(of plan: Plan) -> UInt64 {
    var writer = ByteWriter()
    for names in [plan.rules.map(\.name), plan.triggers.map(\.name)] {
      writer.count(names.count)
      for name in names { writer.text(name) }
    }
    return Hash64.hash(writer.bytes.span)
  }

  func encode(into writer: inout ByteWriter) {
    for byte in Self.magic { writer.byte(byte) }
    writer.byte(Self.version)
    writer.signed(offset)
    writer.fixed64(layout)
    writer.fixed64(windows)
    writer.fixed64(names)
    writer.optional(closedThrough) { $0.signed($1.microseconds) }
    writer.optional(frontier) { $0.signed($1.microseconds) }
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
    layout = try reader.fixed64()
    windows = try reader.fixed64()
    names = try reader.fixed64()
    closedThrough = try reader.instant()
    frontier = try reader.instant()
    commits = try reader.varint()
    digest = try reader.fixed64()
  }
}
