import Foundation
import FoundationNetworking

/// A headless Chromium that does what it is told over the WebDriver protocol of the W3C.
public final class Browser {
  /// What went wrong, as the driver says it.
  public struct Failure: Error, CustomStringConvertible {
    /// The driver's words.
    public let description: String
  }

  /// Whether this machine has one.
  public static let isInstalled = ["chromium", "chromedriver"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  private let driver: Process
  private let log: String
  private var address = ""

  /// Starts one.
  ///
  /// - Throws: When it does not start.
  public init() async throws {
    log = NSTemporaryDirectory() + "leeway-browser-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: log))
    driver = Process()
    driver.executableURL = URL(fileURLWithPath: "/usr/bin/chromedriver")
    driver.arguments = ["--port=0"]
    driver.standardOutput = FileHandle(forWritingAtPath: log)
    driver.standardError = FileHandle.nullDevice
    try driver.run()
    var port: Substring?
    let isUp = try comesTrue {
      let text = try String(contentsOfFile: log, encoding: .utf8)
      port = text.firstMatch(of: /successfully on port (\d+)/)?.1
      return port != nil
    }
    guard isUp, let port else { throw Failure(description: "no driver") }
    // Who is root has no sandbox; it shows pages of this machine only.
    let arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1440,1400"]
    let wanted: [String: Any] = [
      "goog:chromeOptions": ["args": arguments], "goog:loggingPrefs": ["browser": "ALL"],
    ]
    let sessions = "http://127.0.0.1:\(port)/session"
    let body = ["capabilities": ["alwaysMatch": wanted]]
    guard
      let session = try await Self.ask(sessions, body) as? [String: Any],
      let id = session["sessionId"] as? String
    else { throw Failure(description: "no session") }
    address = "\(sessions)/\(id)"
  }

  /// Ends it; to be called before it goes.
  public func close() async {
    _ = try? await Self.ask(address, method: "DELETE", nil)
    driver.terminate()
    driver.waitUntilExit()
    try? FileManager.default.removeItem(atPath: log)
  }

  /// Shows a page, from the beginning.
  ///
  /// - Throws: When the driver fails.
  public func show(_ page: String) async throws {
    for url in ["about:blank", page] { _ = try await Self.ask(address + "/url", ["url": url]) }
  }

  /// Runs a function's body in the page.
  ///
  /// - Parameter script: Returns a text, or a promise of one.
  /// - Returns: The text; nothing where it returns none.
  /// - Throws: When it throws.
  public func run(_ script: String) async throws -> String {
    let body: [String: Any] = ["script": script, "args": [Any]()]
    return try await Self.ask(address + "/execute/sync", body) as? String ?? ""
  }

  /// Waits until an expression holds in the page, a minute at most.
  ///
  /// - Returns: Whether it does.
  /// - Throws: When it throws.
  public func comes(_ expression: String) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if try await run("return (\(expression)) ? 'yes' : ''") == "yes" { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  /// Presses keys, one after the other.
  ///
  /// - Throws: When the driver fails.
  public func press(_ keys: String...) async throws {
    let actions = keys.flatMap { key in
      [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]]
    }
    let keyboard: [String: Any] = ["type": "key", "id": "keyboard", "actions": actions]
    _ = try await Self.ask(address + "/actions", ["actions": [keyboard]])
  }

  /// What the console has said since it was last asked.
  ///
  /// - Throws: When the driver fails.
  public func console() async throws -> [String] {
    let lines = try await Self.ask(address + "/se/log", ["type": "browser"]) as? [[String: Any]]
    return (lines ?? []).map { $0["message"] as? String ?? "" }
  }

  private static func ask(
    _ address: String,
    method: String = "POST",
    _ body: [String: Any]?
  ) async throws -> Any? {
    guard let url = URL(string: address) else { throw Failure(description: address) }
    var request = URLRequest(url: url, timeoutInterval: 120)
    request.httpMethod = method
    request.httpBody = try body.map { try JSONSerialization.data(withJSONObject: $0) }
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    guard (response as? HTTPURLResponse)?.statusCode == 200 else {
      throw Failure(description: String(decoding: data.prefix(500), as: UTF8.self))
    }
    return (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["value"]
  }
}
