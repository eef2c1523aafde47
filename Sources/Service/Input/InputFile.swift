internal import Foundation
internal import Reference

/// A file of rows, or standard input: `-`.
public struct InputFile {
  /// What to call it in messages.
  public let name: String
  private let content: Content

  private enum Content {
    case path(String)
    case standardInput
    case spooled(TemporaryFile)
  }

  /// A file by its path; nothing is opened yet.
  public init(_ path: String) {
    name = path == "-" ? "standard input" : path
    content = path == "-" ? .standardInput : .path(path)
  }

  /// Content that was written to a temporary file.
  init(name: String, spooled: TemporaryFile) {
    self.name = name
    content = .spooled(spooled)
  }

  /// The same input, to be read as often as needed.
  ///
  /// Standard input and pipes are copied to a temporary file, which vanishes with this value.
  ///
  /// - Throws: `InputError`, or `ReferenceError` when there is no room to copy to.
  public func rereadable() throws -> InputFile {
    switch content {
    case .spooled: return self
    case .path(let path) where try Self.isRegular(path): return self
    case .path, .standardInput:
      let copy = try TemporaryFile()
      var bytes = try raw()
      while let chunk = try bytes.next() { try copy.append(chunk) }
      return InputFile(name: name, spooled: copy)
    }
  }

  /// Opens the input at its beginning; gzip is recognised and unpacked.
  ///
  /// - Throws: `InputError` when it cannot be opened.
  public func open() throws -> InputReader { InputReader(name: name, raw: try raw()) }

  /// Whether a path leads to the file that is read, by whatever name.
  ///
  /// What is no file, such as a terminal or `/dev/null`, can be read and written at once.
  func isFile(at path: String) -> Bool {
    let own: FileStatus?
    switch content {
    case .path(let path): own = FileStatus(path: path)
    case .standardInput: own = FileStatus(descriptor: FileHandle.standardInput.fileDescriptor)
    case .spooled: own = nil
    }
    guard let own, own.kind == .regular, let other = FileStatus(path: path) else { return false }
    return own.isFile(other)
  }

  private func raw() throws -> RawReader {
    switch content {
    case .standardInput: return RawReader(name: name, source: .handle(.standardInput))
    case .spooled(let file): return RawReader(name: name, source: .temporary(file))
    case .path(let path):
      _ = try Self.isRegular(path)
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw InputError("\(path): may not be read")
      }
      return RawReader(name: name, source: .handle(handle))
    }
  }

  /// All bytes of a file as it is, or of what a pipe gives.
  ///
  /// - Throws: `InputError`, also where there are more than the limit: no more are read.
  static func content(of path: String, limit: Int) throws(InputError) -> [UInt8] {
    _ = try isRegular(path)
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw InputError("\(path): may not be read")
    }
    var bytes: [UInt8] = []
    do {
      while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
        bytes += data
        guard bytes.count <= limit else { break }
      }
    } catch {
      throw InputError("\(path): cannot be read: \(OutputFile.reason(for: error))")
    }
    guard bytes.count <= limit else {
      throw InputError("\(path): has more than \(limit >> 20) MiB")
    }
    return bytes
  }

  /// Whether a path leads to a file that stays what it is while it is read twice.
  private static func isRegular(_ path: String) throws(InputError) -> Bool {
    guard let status = FileStatus(path: path) else { throw InputError("\(path): no such file") }
    if status.kind == .directory { throw InputError("\(path): is a directory") }
    return status.kind == .regular
  }
}
