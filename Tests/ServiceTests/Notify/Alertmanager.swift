import Foundation
import TestSupport
import Testing

/// A real Alertmanager on a free port of the loopback interface.
final class Alertmanager {
  /// An alert as its API tells it.
  struct Alert: Decodable {
    struct Status: Decodable { var state: String }

    var labels: [String: String]
    var annotations: [String: String]
    var startsAt: String
    var updatedAt: String
    var status: Status
  }

  private static let program = "/usr/bin/prometheus-alertmanager"

  /// Whether it is installed.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

  private let folder: Folder
  private let process = Process()
  /// Where its own pages begin.
  let address: URL

  /// Starts one that takes an alert for over after five seconds without news of it.
  init() throws {
    folder = try Folder()
    let text = """
      global: { resolve_timeout: 5s }
      route: { receiver: nobody }
      receivers: [{ name: nobody }]
      """
    let configuration = try folder.write(Array(text.utf8), to: "alertmanager.yml")
    let log = try folder.write([], to: "log")
    process.executableURL = URL(filePath: Self.program)
    process.arguments = [
      "--config.file=\(configuration)", "--storage.path=\(folder.path)/data",
      "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
    var port: String?
    _ = try comesTrue {
      let said = try String(contentsOfFile: log, encoding: .utf8)
      port = said.firstMatch(of: /address=127\.0\.0\.1:(\d+)\n/).map { String($0.1) }
      return port != nil
    }
    let found = try #require(port, "Alertmanager does not say where it listens")
    address = try #require(URL(string: "http://127.0.0.1:\(found)"))
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  /// The alerts that are not over, by their field.
  func alerts() throws -> [Alert] {
    let data = try Data(contentsOf: address.appending(path: "api/v2/alerts"))
    return try JSONDecoder().decode([Alert].self, from: data).sorted {
      ($0.labels["field"] ?? "") < ($1.labels["field"] ?? "")
    }
  }
}
