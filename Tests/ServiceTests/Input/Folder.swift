import Foundation

/// A folder of files for one test; gone when it is.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "leeway-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Packs a file with gzip, and gives the path of the packed one.
  func gzip(_ file: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "gzip -c '\(file)' > '\(file).gz'"]
    try process.run()
    process.waitUntilExit()
    return file + ".gz"
  }
}
