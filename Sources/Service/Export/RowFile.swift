internal import Foundation
internal import Reference

/// Rows on their way into a file that is there as a whole or not at all.
///
/// They are kept in a file without a name until all are there, so that nothing is left behind,
/// however the process ends.
final class RowFile {
  private static let chunkSize = 1 << 18

  private let spool: TemporaryFile
  private var buffer: [UInt8] = []

  init() throws { spool = try TemporaryFile() }

  /// Appends bytes.
  func append(_ bytes: some Collection<UInt8>) throws {
    buffer += bytes
    if buffer.count >= Self.chunkSize { try flush() }
  }

  private func flush() throws {
    try spool.append(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// The rows as an input, to be read as often as needed.
  func input(name: String) throws -> InputFile {
    try flush()
    return InputFile(name: name, spooled: spool)
  }

  /// Puts the rows in their place.
  ///
  /// - Parameter path: A file that is there is replaced and its mode kept, a link stays one, and a
  ///   device or a pipe is written into; `-` for standard output.
  /// - Throws: `InputError` when it cannot be written.
  func move(to path: String) throws {
    try flush()
    guard path != "-" else { return try copy(to: .standardOutput) }
    guard OutputFile.canBeReplaced(path) else {
      return try OutputFile.writing(to: path) {
        let handle = try FileHandle(forWritingTo: OutputFile.url(of: path))
        try copy(to: handle)
        try handle.close()
      }
    }
    let place = try OutputFile.place(of: path)
    let name = ".\(place.lastPathComponent).\(UUID().uuidString)"
    let part = place.deletingLastPathComponent().appendingPathComponent(name)
    do {
      try OutputFile.writing(to: path) {
        try Data().write(to: part)
        let handle = try FileHandle(forWritingTo: part)
        // Before there is anything to read, behind the opening that it may forbid.
        try keepMode(of: place, for: part)
        try copy(to: handle)
        try handle.synchronize()
        try handle.close()
        // In one step: whoever looks finds the old file or the new one. Foundation has none such.
        guard unsafe rename(part.path, place.path) == 0 else {
          throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
      }
    } catch {
      try? FileManager.default.removeItem(at: part)
      throw error
    }
  }

  private func keepMode(of place: URL, for part: URL) throws {
    let manager = FileManager.default
    let attributes = try? manager.attributesOfItem(atPath: place.path)
    guard let mode = attributes?[.posixPermissions] else { return }
    try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: part.path)
  }

  private func copy(to handle: FileHandle) throws {
    var offset: UInt64 = 0
    while offset < spool.size {
      let chunk = try spool.read(at: offset, count: Self.chunkSize)
      try handle.write(contentsOf: Data(chunk))
      offset += UInt64(chunk.count)
    }
  }
}
