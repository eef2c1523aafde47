internal import Foundation
internal import Rules
public import Sketches

/// The files of a monitor, as they were read: all that it takes to load it anywhere.
public struct MonitorBundle: Equatable, Sendable {
  /// One file.
  public struct File: Equatable, Sendable {
    /// As the monitor's file names it; of the monitor's file itself the last part of its path.
    public var name: String
    /// Its content.
    public var bytes: [UInt8]
  }

  /// A bundle, and why files that it should hold are not in it.
  struct Reading {
    var bundle: MonitorBundle
    /// By the file's name.
    var problems: [String: InputError] = [:]
  }

  /// The most bytes that an encoded bundle has.
  public static let limit = 64 << 20
  private static let fileLimit = 10_000
  private static let magic: [UInt8] = Array("LWB".utf8)
  private static let version: UInt8 = 1

  /// The monitor's own file.
  public private(set) var monitor: File
  /// The files that it names, in its order, each once.
  public private(set) var files: [File] = []

  /// The content of a file by its name; nil when it is not in the bundle.
  public func bytes(of name: String) -> [UInt8]? {
    files.first { $0.name == name }?.bytes
  }

  /// Reads a monitor's file and all that it names, relative to its own folder.
  ///
  /// - Throws: `InputError` when the monitor's file itself cannot be read.
  static func read(_ path: String) throws(InputError) -> Reading {
    let name = (path as NSString).lastPathComponent
    let monitor = File(name: name, bytes: try content(of: path))
    var reading = Reading(bundle: MonitorBundle(monitor: monitor))
    for name in names(in: monitor.bytes) where reading.bundle.bytes(of: name) == nil {
      do {
        let bytes = try content(of: resolve(name, from: path))
        reading.bundle.files.append(File(name: name, bytes: bytes))
      } catch {
        reading.problems[name] = error
      }
    }
    return reading
  }

  /// The files that a monitor's file names.
  private static func names(in bytes: [UInt8]) -> [String] {
    guard let text = String(validating: bytes, as: UTF8.self),
      let file = MonitorFile.read(SourceText(file: "", text: text)).file
    else { return [] }
    let references = [file.reference].compactMap(\.self) + file.references.map(\.path)
    return (file.rules + references).map(\.value)
  }

  /// Where a file is that a monitor's file names.
  static func resolve(_ name: String, from path: String) -> String {
    guard !name.hasPrefix("/") else { return name }
    let folder = (path as NSString).deletingLastPathComponent
    let joined = folder.isEmpty ? name : folder + "/" + name
    // A `..` stays: where it leads behind a link only the system knows.
    let parts = joined.split(separator: "/").filter { $0 != "." }
    guard !parts.isEmpty else { return joined }
    return (joined.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The content of a file on disk.
  ///
  /// - Throws: `InputError`, also for one that no bundle has room for.
  static func content(of path: String) throws(InputError) -> [UInt8] {
    try InputFile.content(of: path, limit: limit)
  }
}

// MARK: Encoding

extension MonitorBundle {
  /// The bundle as bytes: equal bundles have equal bytes.
  public func encode() -> [UInt8] {
    var writer = ByteWriter()
    for byte in Self.magic { writer.byte(byte) }
    writer.byte(Self.version)
    monitor.write(to: &writer)
    writer.count(files.count)
    for file in files { file.write(to: &writer) }
    return writer.bytes
  }

  /// Reads an encoded bundle.
  ///
  /// - Throws: `BadEncoding` for bytes that `encode` does not write, and above the limit.
  public init(_ bytes: [UInt8]) throws(BadEncoding) {
    guard bytes.count <= Self.limit else {
      throw BadEncoding("a bundle of \(bytes.count) bytes", at: 0)
    }
    var reader = ByteReader(bytes)
    for byte in Self.magic where try reader.byte() != byte {
      throw BadEncoding("not the files of a monitor", at: 0)
    }
    let version = try reader.byte()
    guard version == Self.version else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 3)
    }
    monitor = try File(from: &reader)
    for _ in 0..<(try reader.count(limit: Self.fileLimit, "files")) {
      let start = reader.position
      let file = try File(from: &reader)
      guard self.bytes(of: file.name) == nil else {
        throw BadEncoding("a file stands twice", at: start)
      }
      files.append(file)
    }
    try reader.finish()
  }
}

extension MonitorBundle.File {
  fileprivate init(from reader: inout ByteReader) throws(BadEncoding) {
    name = try reader.text(limit: 4_096)
    bytes = try reader.bytes(limit: MonitorBundle.limit)
  }

  fileprivate func write(to writer: inout ByteWriter) {
    writer.text(name)
    writer.bytes(bytes)
  }
}
