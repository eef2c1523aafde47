internal import Foundation
internal import KafkaClient
internal import Monitoring
public import Records
internal import Sketches

/// The records of a control topic, as they are written.
///
/// A publication is the pieces of its files and, behind them, a manifest; without that it is none.
/// A record says all that it is: its key only keeps compaction from taking others with it.
public enum ControlRecords {
  static let versionType = "io.leeway.version.v1"
  static let activationType = "io.leeway.version.activated.v1"
  /// Bytes that an id, a name or a reason may have, of what is said about training.
  public static let textLimit = 1_024
  /// More pieces than the largest bundle has.
  static let pieceLimit = 256

  /// What a manifest says besides the bundle.
  public struct Manifest: Equatable, Sendable {
    /// Unlike any other's: 32 hexadecimal digits.
    public var id: String
    /// Name of the monitor.
    public var monitor: String
    /// What the files mean: `LoadedMonitor.version`.
    public var version: String
    /// `sha256:` of what the plan judges by.
    public var config: String
    /// `sha256:` of the reference.
    public var reference: String
    /// The windows that it judges begin at or after this.
    public var from: Timestamp?

    /// What is known of a publication before it is one.
    public init(
      id: String,
      monitor: String,
      version: String,
      config: String,
      reference: String,
      from: Timestamp?
    ) {
      self.id = id
      self.monitor = monitor
      self.version = version
      self.config = config
      self.reference = reference
      self.from = from
    }
  }

  /// The records of a publication: the pieces, and last the manifest, which makes it one.
  ///
  /// - Parameters:
  ///   - bundle: The files.
  ///   - manifest: What they are.
  ///   - topic: The control topic.
  /// - Returns: In the order in which they must stand.
  public static func records(
    of bundle: MonitorBundle,
    _ manifest: Manifest,
    topic: String
  ) -> [OutgoingRecord] {
    let bytes = bundle.encode()
    let pieces = Pieces.of(bytes)
    let subject = "version/\(manifest.id)"
    var records = pieces.enumerated().map { index, piece in
      OutgoingRecord(
        topic: topic,
        partition: 0,
        key: Array("\(manifest.monitor)/\(subject)/\(index)".utf8),
        value: VersionPiece.write(piece, index, of: pieces.count, publication: manifest.id)
      )
    }
    records.append(
      event(
        topic,
        key: "\(manifest.monitor)/\(subject)",
        monitor: manifest.monitor,
        Event(type: versionType, subject: subject, id: manifest.id)
      ) {
        $0.member("version", manifest.version)
        $0.member("config", manifest.config)
        $0.member("reference", manifest.reference)
        if let from = manifest.from { $0.member("from", from) }
        $0.member("publication", manifest.id)
        $0.member("pieces", pieces.count)
        $0.member("bytes", bytes.count)
        $0.member("checksum", checksum(of: bytes))
      }
    )
    return records
  }

  /// The record that says what a group of processes has gone over to.
  ///
  /// - Parameters:
  ///   - activation: What it says; its own offset comes with being written.
  ///   - topic: The control topic.
  /// - Returns: The record.
  public static func record(of activation: Activation, topic: String) -> OutgoingRecord {
    let parts = [
      activationType, activation.monitor, activation.group, activation.version,
      "\(activation.publication)", activation.from?.description ?? "",
    ]
    let id = EventIdentity.hash(parts)
    return event(
      topic,
      // Each has a key of its own, so that compaction leaves the history.
      key: "\(activation.monitor)/\(activation.group)/active/\(activation.publication)",
      monitor: activation.monitor,
      Event(type: activationType, subject: "group/\(activation.group)", id: id)
    ) {
      $0.member("group", activation.group)
      $0.member("version", activation.version)
      $0.member("offset", activation.publication)
      if let from = activation.from { $0.member("from", from) }
    }
  }

  struct Event {
    var type: String
    var subject: String
    var id: String
  }

  /// A record that says what it is about; `data` adds what it says.
  static func event(
    _ topic: String,
    key: String,
    monitor: String,
    _ event: Event,
    _ data: (inout JSONText) -> Void
  ) -> OutgoingRecord {
    var json = JSONText()
    json.object {
      $0.member("specversion", "1.0")
      $0.member("id", event.id)
      $0.member("source", "/monitors/\(monitor)")
      $0.member("type", event.type)
      $0.member("subject", event.subject)
      $0.object("data") {
        $0.member("monitor", monitor)
        data(&$0)
      }
    }
    return OutgoingRecord(
      topic: topic,
      partition: 0,
      key: Array(key.utf8),
      value: json.bytes,
      headers: [RecordHeader("content-type", OutputRecord.contentType)]
    )
  }

  /// Unlike any other: 32 hexadecimal digits.
  static func newID() -> String {
    (0..<16).map { _ in
      let byte = UInt8.random(in: .min ... .max)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// What shows that all pieces are there and right.
  static func checksum(of bytes: [UInt8]) -> String {
    let digits = String(Hash64.hash(bytes.span), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A piece of a bundle, as it stands in a control topic.
struct VersionPiece: Equatable {
  static let magic: [UInt8] = Array("LWV".utf8)
  private static let version: UInt8 = 1

  var publication: String
  var index: Int
  var count: Int
  var bytes: [UInt8]

  static func write(
    _ piece: ArraySlice<UInt8>,
    _ index: Int,
    of count: Int,
    publication: String
  ) -> [UInt8] {
    var writer = ByteWriter()
    for byte in magic { writer.byte(byte) }
    writer.byte(version)
    writer.text(publication)
    Pieces.write(piece, index, of: count, to: &writer)
    return writer.bytes
  }

  init(_ record: [UInt8]) throws(BadEncoding) {
    var reader = ByteReader(record)
    for byte in Self.magic where try reader.byte() != byte {
      throw BadEncoding("not a piece of a version", at: 0)
    }
    let version = try reader.byte()
    guard version == Self.version else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 3)
    }
    publication = try reader.text(limit: 64)
    (index, count, bytes) = try Pieces.read(from: &reader, limit: ControlRecords.pieceLimit)
    try reader.finish()
  }
}
