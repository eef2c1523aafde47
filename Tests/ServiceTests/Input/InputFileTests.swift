import Foundation
import Service
import Testing

@Suite("Reading files")
struct InputFileTests {
  private func content(of file: InputFile) throws -> [UInt8] {
    var (input, bytes): (InputReader, [UInt8]) = (try file.open(), [])
    while let chunk = try input.next() {
      #expect(!chunk.isEmpty && chunk.count <= 1 << 18)
      bytes += chunk
    }
    return bytes
  }

  private static let content = Array((0..<60_000).map { "line \($0 % 977)\n" }.joined().utf8)

  @Test func gzipIsUnpackedWhateverTheName() throws {
    let folder = try Folder()
    let packed = try folder.gzip(try folder.write(Self.content, to: "rows"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packed)))
    let renamed = try folder.write(bytes, to: "rows.csv")
    #expect(try content(of: InputFile(renamed)) == Self.content)
    let twice = try folder.write(bytes + bytes, to: "twice")
    #expect(try content(of: InputFile(twice)) == Self.content + Self.content)
    let padded = try folder.write(bytes + [0, 0, 0], to: "padded")
    #expect(try content(of: InputFile(padded)) == Self.content)
  }

  @Test func aBombIsUnpackedInPieces() throws {
    let folder = try Folder()
    let zeros = [UInt8](repeating: 0x20, count: 20 << 20)
    let packed = try folder.gzip(try folder.write(zeros, to: "bomb"))
    #expect(try content(of: InputFile(packed)).count == zeros.count)
  }

  @Test func truncatedAndDamagedGzipNamesTheFile() throws {
    let folder = try Folder()
    let packed = try folder.gzip(try folder.write(Self.content, to: "rows"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packed)))
    for length in [2, 3, 11, bytes.count / 2, bytes.count - 8, bytes.count - 1] {
      let file = try folder.write(Array(bytes[..<length]), to: "cut.gz")
      let error = try #require(throws: InputError.self) { try content(of: InputFile(file)) }
      let early = "\(file): the gzip data end too early; is the file complete?"
      #expect(error.message == early, "\(length)")
    }
    var edited = bytes
    edited[bytes.count / 2] ^= 0x55
    let file = try folder.write(edited, to: "damaged.gz")
    #expect(throws: InputError.self) { try content(of: InputFile(file)) }
    let garbage = try folder.write(bytes + [1, 2, 3], to: "garbage.gz")
    #expect(throws: InputError.self) { try content(of: InputFile(garbage)) }
  }

  @Test func missingFilesAndFoldersAreToldApart() throws {
    let folder = try Folder()
    let missing = try #require(throws: InputError.self) { try InputFile("/no/such").open() }
    #expect(missing == InputError("/no/such: no such file"))
    let directory = try #require(throws: InputError.self) { try InputFile(folder.path).open() }
    #expect(directory.message.hasSuffix("is a directory"))
  }

  @Test func whatTheSystemSaysIsSaidInItsWords() throws {
    // There is nothing at the beginning of a process's memory.
    let path = "/proc/self/mem"
    let said = "\(path): cannot be read: The operation could not be completed. Input/output error"
    #expect(throws: InputError(said)) { try content(of: InputFile(path)) }
    #expect(throws: InputError(said)) { try MonitorLoader.load(path) }
  }

  @Test func aPipeCanBeReadTwice() throws {
    let folder = try Folder()
    let pipe = folder.path + "/pipe"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "mkfifo '\(pipe)'; (echo one; echo two) > '\(pipe)'"]
    try process.run()
    while !FileManager.default.fileExists(atPath: pipe) { usleep(1000) }
    let file = try InputFile(pipe).rereadable()
    process.waitUntilExit()
    for _ in 0..<2 { #expect(try content(of: file) == Array("one\ntwo\n".utf8)) }
  }
}
