internal import Foundation
internal import Reference

/// The content of an input in chunks, unpacked where it is gzip.
public struct InputReader {
  private let name: String
  private var raw: RawReader
  private var gzip: GzipReader?
  private var isOpened = false

  init(name: String, raw: RawReader) {
    self.name = name
    self.raw = raw
  }

  /// The next bytes; nil at the end.
  ///
  /// - Returns: At most 256 KiB, never none.
  /// - Throws: `InputError` when gzip data are broken or cut short.
  public mutating func next() throws -> [UInt8]? {
    guard isOpened else {
      isOpened = true
      return try first()
    }
    guard let gzip else { return try raw.next() }
    return try gzip.next { try raw.next() }
  }

  private mutating func first() throws -> [UInt8]? {
    guard var chunk = try raw.next() else { return nil }
    // a pipe may give a single byte
    while chunk.count < GzipReader.magic.count, let more = try raw.next() { chunk += more }
    guard chunk.starts(with: GzipReader.magic) else { return chunk }
    let gzip = try GzipReader(name: name, beginning: chunk)
    self.gzip = gzip
    return try gzip.next { try raw.next() }
  }
}

/// The bytes of an input as they are stored.
struct RawReader {
  enum Source {
    case handle(FileHandle)
    case temporary(TemporaryFile)
  }

  static let chunkSize = 1 << 18

  let name: String
  private let source: Source
  private var offset: UInt64 = 0

  init(name: String, source: Source) {
    self.name = name
    self.source = source
  }

  mutating func next() throws -> [UInt8]? {
    let chunk: [UInt8]
    switch source {
    case .temporary(let file): chunk = try file.read(at: offset, count: Self.chunkSize)
    case .handle(let handle):
      do { chunk = [UInt8](try handle.read(upToCount: Self.chunkSize) ?? Data()) } catch {
        throw InputError("\(name): cannot be read: \(OutputFile.reason(for: error))")
      }
    }
    offset += UInt64(chunk.count)
    return chunk.isEmpty ? nil : chunk
  }
}
