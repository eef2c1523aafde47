import Foundation

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

  private let driver = Process()
  private let log = NSTemporaryDirectory() + "leeway-browser-\(UUID().uuidString)"
  private var port = 0
  private var session = ""

  /// Starts one.
  ///
  /// - Throws: When it does not start.
  public init() throws {
    try Data().write(to: URL(fileURLWithPath: log))
    driver.executableURL = URL(fileURLWithPath: "/usr/bin/chromedriver")
    driver.arguments = ["--port=0"]
    driver.standardOutput = FileHandle(forWritingAtPath: log)
    driver.standardError = FileHandle.nullDevice
    try driver.run()
    var found: Int?
    let isUp = try comesTrue {
      let text = try String(contentsOfFile: log, encoding: .utf8)
      found = text.firstMatch(of: /successfully on port (\d+)/).flatMap { Int($0.1) }
      return found != nil
    }
    guard isUp, let found else { throw Failure(description: "no driver") }
    port = found
    // Who is root has no sandbox; it shows pages of this machine only.
    let arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1440,1400"]
    let wanted: [String: Any] = [
      "goog:chromeOptions": ["args": arguments], "goog:loggingPrefs": ["browser": "ALL"],
    ]
    let body = ["capabilities": ["alwaysMatch": wanted]]
    let made = try Self.ask("/session", body, port: port) as? [String: Any]
    guard let id = made?["sessionId"] as? String else { throw Failure(description: "no session") }
    session = "/session/\(id)"
  }

  deinit {
    _ = try? Self.ask(session, method: "DELETE", nil, port: port)
    // It is not waited for: there is nothing that it could still do.
    if driver.isRunning { kill(driver.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: log)
  }

  /// Shows a page, from the beginning.
  ///
  /// - Throws: When the driver fails.
  public func show(_ page: String) throws {
    for url in ["about:blank", page] { _ = try ask("/url", ["url": url]) }
  }

  /// Runs a function's body in the page.
  ///
  /// - Parameter script: Returns a text, or a promise of one.
  /// - Returns: The text; nothing where it returns none.
  /// - Throws: When it throws.
  public func run(_ script: String) throws -> String {
    let body: [String: Any] = ["script": script, "args": [Any]()]
    return try ask("/execute/sync", body) as? String ?? ""
  }

  /// Waits until an expression holds in the page, five minutes at most.
  ///
  /// - Returns: Whether it does.
  /// - Throws: When it throws.
  public func comes(_ expression: String) throws -> Bool {
    try comesTrue { try run("return (\(expression)) ? 'yes' : ''") == "yes" }
  }

  /// Presses keys, one after the other.
  ///
  /// - Throws: When the driver fails.
  public func press(_ keys: String...) throws {
    let actions = keys.flatMap { key in
      [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]]
    }
    let keyboard: [String: Any] = ["type": "key", "id": "keyboard", "actions": actions]
    _ = try ask("/actions", ["actions": [keyboard]])
  }

  /// What the console has said since it was last asked.
  ///
  /// - Throws: When the driver fails.
  public func console() throws -> [String] {
    let lines = try ask("/se/log", ["type": "browser"]) as? [[String: Any]]
    return (lines ?? []).map { $0["message"] as? String ?? "" }
  }

  private func ask(_ path: String, _ body: [String: Any]) throws -> Any? {
    try Self.ask(session + path, body, port: port)
  }

  private static func ask(
    _ path: String,
    method: String = "POST",
    _ body: [String: Any]?,
    port: Int
  ) throws -> Any? {
    let json = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let head = [
      "\(method) \(path) HTTP/1.1", "Host: localhost:\(port)", "Content-Length: \(json.count)",
    ]
    let connection = try RawConnection(port: port)
    connection.send(
      head.joined(separator: "\r\n") + "\r\n\r\n" + String(decoding: json, as: UTF8.self)
    )
    var answer: Substring?
    _ = connection.read { text in
      guard let end = text.firstRange(of: "\r\n\r\n") else { return true }
      let length = text[..<end.lowerBound].firstMatch(of: /content-length: *(\d+)/.ignoresCase())
      let content = text[end.upperBound...]
      if content.utf8.count == length.flatMap({ Int($0.1) }) { answer = content }
      return answer == nil
    }
    guard
      let answer,
      let content = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
    else { throw Failure(description: "no answer to \(path)") }
    let value = content["value"]
    if let failed = value as? [String: Any], let words = failed["message"] as? String {
      throw Failure(description: String(words.prefix(500)))
    }
    return value
  }
}
