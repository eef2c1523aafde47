public import Foundation

/// A file without a name: it is gone when its owner is, however the process ends.
///
/// The name is removed as soon as the file is open, so neither an error nor a signal can leave
/// anything behind. Bytes are appended and read back at any offset.
public final class TemporaryFile {
  private let handle: FileHandle
  /// Bytes written so far.
  public private(set) var size: UInt64 = 0

  /// Makes an empty file.
  ///
  /// - Parameter directory: Where its bytes lie; nil for the system's temporary directory.
  /// - Throws: `temporaryFile` when the directory cannot be written.
  public init(in directory: URL? = nil) throws(ReferenceError) {
    let manager = FileManager.default
    let name = "leeway-\(UUID().uuidString)"
    let place = (directory ?? manager.temporaryDirectory).appendingPathComponent(name)
    let ownerOnly: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    guard manager.createFile(atPath: place.path, contents: nil, attributes: ownerOnly) else {
      throw ReferenceError(.temporaryFile, "cannot make the temporary file \(place.path)")
    }
    do {
      handle = try FileHandle(forUpdating: place)
      try manager.removeItem(at: place)
    } catch {
      throw ReferenceError(.temporaryFile, "cannot use the temporary file \(place.path): \(error)")
    }
  }

  /// Writes bytes at the end.
  ///
  /// - Returns: The offset of the first of them.
  /// - Throws: `temporaryFile`, when the disk is full for example.
  @discardableResult
  public func append(_ bytes: [UInt8]) throws(ReferenceError) -> UInt64 {
    let start = size
    do {
      try handle.seek(toOffset: start)
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw ReferenceError(.temporaryFile, "cannot write to a temporary file: \(error)")
    }
    size += UInt64(bytes.count)
    return start
  }

  /// Reads bytes from an offset.
  ///
  /// - Returns: At most `count` bytes; fewer only at the end.
  /// - Throws: `temporaryFile` when the disk fails.
  public func read(at offset: UInt64, count: Int) throws(ReferenceError) -> [UInt8] {
    do {
      try handle.seek(toOffset: offset)
      return [UInt8](try handle.read(upToCount: count) ?? Data())
    } catch {
      throw ReferenceError(.temporaryFile, "cannot read a temporary file: \(error)")
    }
  }

  /// The file as a program that is started reads it, from its beginning.
  ///
  /// - Throws: `temporaryFile` when the disk fails.
  public func reader() throws(ReferenceError) -> FileHandle {
    do { try handle.seek(toOffset: 0) } catch {
      throw ReferenceError(.temporaryFile, "cannot read a temporary file: \(error)")
    }
    return handle
  }
}
