public import Foundation

/// A file that a command writes at its end, as a whole or not at all.
public enum OutputFile {
  /// Whether there is room for it, before the work is done that it is to hold.
  ///
  /// - Parameters:
  ///   - path: Of the file; `-` for standard output.
  ///   - inputs: What the work reads.
  /// - Throws: `InputError` where its folder is not there, a folder has its place, or an input.
  public static func check(_ path: String, inputs: [InputFile] = []) throws(InputError) {
    guard path != "-" else { return }
    try requireOther(path, than: inputs)
    switch FileStatus(path: path)?.kind {
    case .directory: throw InputError("\(path): cannot be written: is a directory")
    case .regular, .other: return
    case nil: break
    }
    let folder = try place(of: path).deletingLastPathComponent().path
    guard FileStatus(path: folder)?.kind == .directory else {
      throw InputError("\(path): cannot be written: there is no directory \(folder)")
    }
  }

  /// That a file is none of those that are read while it is written, or before.
  ///
  /// - Throws: `InputError` where it is, by a link, too.
  static func requireOther(_ path: String, than inputs: [InputFile]) throws(InputError) {
    guard let input = inputs.first(where: { $0.isFile(at: path) }) else { return }
    throw InputError("\(path): cannot be written: it is what is read, \(input.name)")
  }

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - path: As `RowFile.move(to:)` has it.
  /// - Throws: `InputError` when it cannot be written.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let file = try RowFile()
    try file.append(bytes)
    try file.move(to: path)
  }

  /// Does what writes to a path.
  ///
  /// - Throws: `InputError`, for whatever goes wrong.
  static func writing(to path: String, _ body: () throws -> Void) throws(InputError) {
    do { try body() } catch {
      throw InputError("\(path): cannot be written: \(reason(for: error))")
    }
  }

  /// Why the system has refused something, in its own words where it has some.
  public static func reason(for error: any Error) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return (cause ?? error as NSError).localizedDescription
  }

  /// Whether a path leads to a file, or to nothing yet; a device or a pipe must stay what it is.
  static func canBeReplaced(_ path: String) -> Bool {
    FileStatus(path: path)?.kind != .other
  }

  /// Where a path leads by its links, whether anything is there or not.
  ///
  /// - Throws: `InputError` where links lead to each other.
  static func place(of path: String) throws(InputError) -> URL {
    var place = url(of: path)
    for _ in 0..<linkLimit {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place.path)
      guard let target else { return place }
      let folder = target.hasPrefix("/") ? "" : place.deletingLastPathComponent().path + "/"
      place = URL(fileURLWithPath: folder + target)
    }
    throw InputError("\(path): cannot be written: too many levels of symbolic links")
  }

  /// As many as Linux follows.
  private static let linkLimit = 40

  /// A path as the system takes it.
  ///
  /// Of one that is not absolute `URL` itself takes a `..` away with the link that stands before
  /// it, and reads `~` as a shell does.
  public static func url(of path: String) -> URL {
    let folder = path.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
    return URL(fileURLWithPath: folder + path)
  }
}
