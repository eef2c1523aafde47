internal import ArgumentParser
internal import Foundation
internal import Service

/// Options of commands that show what they do over HTTP.
struct HTTPOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the dashboard, /metrics and /api/v1 are served, or off; LEEWAY_HTTP when not given, "
        + "else 127.0.0.1:8787. Port 0 is a free one.",
      valueName: "address|off"
    )
  )
  var http: String?

  @Option(
    help: ArgumentHelp(
      "Holds the bearer token that every request but those for pages and probes must show.",
      valueName: "file"
    ),
    completion: .file()
  )
  var httpTokenFile: String?

  @Flag(help: "Answer everybody who reaches an address that is not this machine's own.")
  var httpOpen = false

  @Option(
    help: ArgumentHelp(
      "Put the statistics of the first so many fields among the metrics; 1000 at most.",
      valueName: "n"
    )
  )
  var metricsFields = 0

  func validate() throws {
    _ = try address()
    guard (0...1_000).contains(metricsFields) else {
      throw ValidationError("--metrics-fields is a number from 0 to 1000")
    }
    if httpOpen, httpTokenFile != nil {
      throw ValidationError("--http-open and --http-token-file exclude each other")
    }
  }

  /// Where to serve; nil for nowhere.
  ///
  /// - Throws: `ValidationError` for what is no address, and for one that others reach without
  ///   anything that keeps them off.
  private func address() throws -> WebAddress? {
    guard let text = http ?? ProcessInfo.processInfo.environment["LEEWAY_HTTP"], !text.isEmpty
    else { return .standard }
    guard text != "off" else { return nil }
    guard let address = WebAddress(text) else {
      throw ValidationError("--http \(text): write host:port, [::1]:port, a port, or off")
    }
    guard address.isLoopback || httpOpen || httpTokenFile != nil else {
      throw ValidationError(
        "--http \(address) can be reached by others: give --http-token-file FILE, or --http-open "
          + "to answer everybody"
      )
    }
    return address
  }

  /// Whether somebody has said where to serve.
  private var isGiven: Bool {
    !(http ?? ProcessInfo.processInfo.environment["LEEWAY_HTTP"] ?? "").isEmpty
  }

  /// Whether anything is served.
  func isServed() throws -> Bool { try address() != nil }

  /// Serves a board, and says where.
  ///
  /// The monitor does not end because a port is taken: at the address that nobody has chosen, and
  /// at one that was chosen too, it is only said.
  ///
  /// - Returns: The server, to be kept; nil where there is none.
  func serve(_ board: MonitorBoard, say: (String) -> Void) throws -> WebServer? {
    guard let address = try address() else { return nil }
    let token = try httpTokenFile.map { try Self.token(in: $0) }
    do throws(WebServer.Failure) {
      let server = try WebServer(
        showing: board,
        at: address,
        access: access(to: address, token),
        metricsFields: metricsFields
      )
      say("dashboard at http://\(server.address)/")
      return server
    } catch {
      say("\(error); going on without a dashboard\(isGiven ? "" : ": --http chooses another port")")
      return nil
    }
  }

  /// The token in a file.
  ///
  /// - Throws: `InputError` where there is none.
  static func token(in file: String) throws -> String {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let token = text.split(whereSeparator: \.isWhitespace).first
    else { throw InputError("cannot read a token in \(file)") }
    return String(token)
  }

  private func access(to address: WebAddress, _ token: String?) -> WebServer.Access {
    if let token { return .token(token) }
    return address.isLoopback ? .thisMachine : .everybody
  }
}
