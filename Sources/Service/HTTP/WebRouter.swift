internal import Foundation
internal import Pages
internal import Records

/// Says what is answered to a request: nothing here waits, opens a file or changes a state.
struct WebRouter: Sendable {
  /// Who may ask.
  enum Access: Sendable, Equatable {
    /// Whoever reaches this machine's own address, and calls it by a name that is only its own: a
    /// page from elsewhere that made its name point here is not answered.
    case thisMachine
    /// Whoever shows the token.
    case token(String)
    /// Whoever asks.
    case everybody
  }

  let board: MonitorBoard
  let access: Access
  /// Fields whose statistics stand among the metrics at most.
  var metricsFields = 0
  /// Where it listens, as a request calls it: an address of this machine may be any of 127/8.
  var ownHost: String?

  private static let localNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

  func answer(_ request: WebRequest) -> WebAnswer {
    guard request.method == "GET" || request.method == "HEAD" else {
      var answer = WebAnswer.text("only GET and HEAD are answered", status: 405)
      answer.headers.append(.init(name: "Allow", value: "GET, HEAD"))
      return answer
    }
    guard isOwnName(request.host) else {
      return .text("this address is not known by that name", status: 421)
    }
    switch request.path {
    case "/-/healthy": return health
    case "/-/ready": return readiness
    default: break
    }
    // Pages hold nothing of the monitor, and ask for it with the token.
    if let page = Pages.page(request.path) {
      return WebAnswer(status: 200, type: page.type, body: page.bytes)
    }
    guard isAllowed(request.authorization) else {
      var answer = WebAnswer.text("a bearer token is wanted", status: 401)
      answer.headers.append(.init(name: "WWW-Authenticate", value: "Bearer"))
      return answer
    }
    return content(request)
  }

  private func content(_ request: WebRequest) -> WebAnswer {
    do {
      let query = try BoardQuery(request.query)
      let shown = board.shown
      switch request.path {
      case "/metrics":
        let text = MetricsPage(shown, silence: board.silence, fields: metricsFields).text
        return WebAnswer(
          status: 200,
          type: "text/plain; version=0.0.4; charset=utf-8",
          body: Array(text.utf8)
        )
      case "/api/v1/status": return .json(shown.status(isHealthy: board.goesOn))
      case "/api/v1/windows": return .json(shown.windows(query))
      case "/api/v1/alerts": return .json(shown.alerts(query))
      case "/api/v1/rules": return .json(shown.rules)
      case "/api/v1/fields": return try .json(shown.fields(query))
      case "/api/v1/triggers": return .json(shown.triggers(query))
      default: return .text("there is nothing at this path", status: 404)
      }
    } catch {
      return .text(error.message, status: error.status)
    }
  }

  // MARK: Who asks

  private func isOwnName(_ host: String?) -> Bool {
    guard access == .thisMachine, let host else { return true }
    let name = host.lowercased().replacing(/:[0-9]*$/, with: "")
    return Self.localNames.contains(name) || name == ownHost
  }

  private func isAllowed(_ authorization: String?) -> Bool {
    guard case .token(let token) = access else { return true }
    let (given, wanted) = (Array((authorization ?? "").utf8), Array("Bearer \(token)".utf8))
    // As long for the first letter that is wrong as for the last.
    var difference = given.count ^ wanted.count
    for index in wanted.indices {
      difference |= Int(wanted[index] ^ (index < given.count ? given[index] : 0))
    }
    return difference == 0
  }

  // MARK: Probes

  private var health: WebAnswer {
    board.goesOn ? .text("healthy") : .text("a stage does not go on", status: 503)
  }

  private var readiness: WebAnswer {
    let phase = board.shown.phase
    if phase.isReady { return .text("ready") }
    if phase.isStopping { return .text("stopping", status: 503) }
    let waiting = phase.partitions == nil ? "partitions" : "the state"
    return .text("waiting for \(waiting)", status: 503)
  }
}
