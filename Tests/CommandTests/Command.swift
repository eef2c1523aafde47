import Foundation
import TestSupport
import Testing

/// Runs the built command as its users do.
enum Command {
  /// What a run left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The program stands beside the test bundle.
  static var program: URL {
    get throws {
      let test = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("leeway")
    }
  }

  /// Starts the command and leaves it running.
  ///
  /// - Parameters:
  ///   - arguments: Without the program's name.
  ///   - output: Takes what it writes to standard output.
  ///   - errors: Takes what it says.
  /// - Returns: The process.
  /// - Throws: When the program is not there.
  static func start(
    _ arguments: [String],
    output: FileHandle = .nullDevice,
    errors: FileHandle = .nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = try program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Runs the command to its end.
  ///
  /// - Parameters:
  ///   - arguments: Without the program's name.
  ///   - input: A file to connect to standard input; nil for an empty one.
  /// - Returns: Its exit status, and what it wrote.
  /// - Throws: When the program is not there.
  static func run(_ arguments: [String], input: String? = nil) throws -> Outcome {
    let folder = try Folder()
    let (output, errors) = (folder.path + "/out", folder.path + "/err")
    for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
    let process = Process()
    process.executableURL = try program
    process.arguments = arguments
    process.standardInput = FileHandle(forReadingAtPath: input ?? "/dev/null")
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8)
    )
  }
}

/// A folder of files for one test; gone when it is.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "leeway-command-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Learns `reference.json` from the rows of the hostile stream.
  func learnReference() throws {
    let rows = HostileStream.reference.joined(separator: "\n") + "\n"
    let data = try write(rows, to: "reference.ndjson")
    let reference = path + "/reference.json"
    #expect(try Command.run(["profile", data, "-o", reference, "--time", "at"]).status == 0)
  }

  /// The bytes of a file.
  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
  }

  /// Runs a line of shell; `$1` and so on are the arguments.
  func shell(_ line: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line, "sh"] + arguments
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(line)")
  }
}
