import Foundation
import Service
import Testing

@Suite("Writing files")
struct OutputFileTests {
  private static let bytes = Array("new\n".utf8)
  private static let manager = FileManager.default

  /// A folder with one in it.
  private let folder: Folder
  private let inner: String

  init() throws {
    folder = try Folder()
    inner = folder.path + "/inner"
    try Self.manager.createDirectory(atPath: inner, withIntermediateDirectories: false)
  }

  /// Makes a link in the folder and gives its path.
  private func link(_ name: String, to target: String) throws -> String {
    let path = folder.path + "/" + name
    try Self.manager.createSymbolicLink(atPath: path, withDestinationPath: target)
    return path
  }

  private func content(_ path: String) -> [UInt8]? {
    Self.manager.contents(atPath: path).map { [UInt8]($0) }
  }

  private func write(to path: String) throws {
    try OutputFile.check(path)
    try OutputFile.write(Self.bytes, to: path)
  }

  private func refusal(of path: String) -> String? {
    #expect(throws: InputError.self) { try OutputFile.check(path) }?.message
  }

  @Test("a folder may be a link, whatever leads to it", arguments: ["inner", "FULL", "other"])
  func linkedFolder(target: String) throws {
    let other = try link("other", to: "./inner")
    let path = try link("link", to: target == "FULL" ? inner : target)
    try write(to: path + "/new")
    #expect(content(inner + "/new") == Self.bytes)
    #expect(try Self.manager.contentsOfDirectory(atPath: inner) == ["new"])
    #expect(try Self.manager.destinationOfSymbolicLink(atPath: other) == "./inner")
  }

  @Test("a link that leads nowhere yet is followed and stays one")
  func danglingLink() throws {
    let path = try link("link", to: "inner/new")
    // as seen from its own folder, not from the one that leads to it
    let there = try link("inner/there", to: "../link")
    try write(to: there)
    #expect(content(inner + "/new") == Self.bytes)
    #expect(try Self.manager.destinationOfSymbolicLink(atPath: path) == "inner/new")
    #expect(try Self.manager.destinationOfSymbolicLink(atPath: there) == "../link")
    // and where it leads to a file
    try OutputFile.write(Array("newer\n".utf8), to: path)
    #expect(content(inner + "/new") == Array("newer\n".utf8))
    #expect(try Self.manager.destinationOfSymbolicLink(atPath: path) == "inner/new")
  }

  @Test("what cannot be written is said before the work")
  func refused() throws {
    let lost = try link("lost", to: "none/new")
    let none = folder.path + "/none"
    #expect(refusal(of: lost) == "\(lost): cannot be written: there is no directory \(none)")
    #expect(
      refusal(of: none + "/new")
        == "\(none)/new: cannot be written: there is no directory \(none)"
    )
    let directory = try link("directory", to: "inner")
    #expect(refusal(of: directory) == "\(directory): cannot be written: is a directory")
    let file = try folder.write(Self.bytes, to: "file")
    let below = try link("below", to: "file") + "/new"
    #expect(refusal(of: below)?.hasPrefix("\(below): cannot be written: there is no dir") == true)
    #expect(content(file) == Self.bytes)
    let circle = try link("circle", to: "circle")
    #expect(
      refusal(of: circle) == "\(circle): cannot be written: too many levels of symbolic links"
    )
  }

  @Test("an open pipe has a name, too, as a shell's >(…) has")
  func descriptor() throws {
    let pipe = Pipe()
    try write(to: "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)")
    try pipe.fileHandleForWriting.close()
    #expect(try pipe.fileHandleForReading.readToEnd() == Data(Self.bytes))
  }

  @Test("what is read is not written, by whatever name")
  func inputs() throws {
    let file = try folder.write(Self.bytes, to: "file")
    let other = try folder.write(Self.bytes, to: "other")
    let hard = folder.path + "/hard"
    try Self.manager.linkItem(atPath: file, toPath: hard)
    let read = [InputFile(other), InputFile(file)]
    for path in [file, hard, try link("soft", to: "file"), inner + "/../file"] {
      #expect(
        throws: InputError("\(path): cannot be written: it is what is read, \(file)")
      ) { try OutputFile.check(path, inputs: read) }
    }
    try OutputFile.check(inner + "/new", inputs: read)
    // what is no file can be both
    for path in ["-", "/dev/null"] { try OutputFile.check(path, inputs: [InputFile(path)]) }
  }

  @Test("nothing is emptied and nothing made where an output would be an input")
  func directory() throws {
    let path = try folder.write(Self.bytes, to: "windows.ndjson")
    let dead = try link("dead-letters.ndjson", to: "inner/events")
    let events = try folder.write(Self.bytes, to: "inner/events")
    for (input, output) in [(path, path), (events, dead)] {
      let message = "\(output): cannot be written: it is what is read, \(input)"
      #expect(throws: InputError(message)) {
        _ = try DirectorySink(folder.path, inputs: [InputFile(input)])
      }
    }
    #expect(content(path) == Self.bytes && content(events) == Self.bytes)
    #expect(!Self.manager.fileExists(atPath: folder.path + "/alerts.ndjson"))
    _ = try DirectorySink(inner, inputs: [InputFile(path)])
    #expect(content(path) == Self.bytes && content(inner + "/windows.ndjson") == [])
  }

  @Test("a file that is replaced keeps its mode", arguments: [0o600, 0o666, 0o640, 0o444])
  func mode(_ mode: Int) throws {
    let path = try folder.write(Array("old\n".utf8), to: "file")
    try Self.manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    try write(to: try link("link", to: "file"))
    #expect(content(path) == Self.bytes)
    let attributes = try Self.manager.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == mode)
  }
}
