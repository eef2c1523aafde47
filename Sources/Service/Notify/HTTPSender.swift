internal import Foundation
internal import FoundationNetworking
internal import Synchronization

/// Posts bodies to one address, one after the other.
///
/// An answer is what it says itself: no redirection is followed, as a POST would become a GET of
/// some page of login, and its 200 a delivery.
final class HTTPSender {
  private let address: URL
  private let tokenFile: String?
  private let exchange = Exchange()
  private let patience: TimeInterval
  private var session: URLSession

  /// A sender that has sent nothing yet.
  ///
  /// - Parameters:
  ///   - address: http or https.
  ///   - tokenFile: Holds a bearer token; read for each post, as it may be renewed.
  ///   - patience: Seconds that the receiver may take.
  init(_ address: URL, tokenFile: String?, patience: TimeInterval = 10) {
    (self.address, self.tokenFile, self.patience) = (address, tokenFile, patience)
    session = Self.session(exchange, patience)
  }

  /// Posts a body.
  ///
  /// - Parameters:
  ///   - body: All of it.
  ///   - headers: Beside those of every post.
  /// - Returns: What the receiver's answer means.
  func post(_ body: [UInt8], headers: [(name: String, value: String)]) -> DeliveryResult {
    var request = URLRequest(url: address)
    request.httpMethod = "POST"
    request.timeoutInterval = patience
    request.httpBody = Data(body)
    for header in headers { request.setValue(header.value, forHTTPHeaderField: header.name) }
    if let tokenFile {
      guard let token = Self.token(in: tokenFile) else {
        return .failed("cannot read the token file \(tokenFile)")
      }
      request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    }
    let task = session.dataTask(with: request)
    exchange.begin(task.taskIdentifier)
    task.resume()
    guard let answer = exchange.answer(within: patience + 2) else {
      // Whatever it is busy with, the next post is not to wait for it.
      session.invalidateAndCancel()
      session = Self.session(exchange, patience)
      return .failed("no answer in time")
    }
    return Self.meaning(of: answer)
  }

  deinit { session.invalidateAndCancel() }

  /// A receiver that cannot read what it got will not be able to later; anything else may pass: it
  /// is away, in trouble, or does not let us in.
  private static func meaning(of answer: Exchange.Answer) -> DeliveryResult {
    switch answer {
    case .status(200..<300): .delivered
    case .status(let status) where [400, 413, 422].contains(status):
      .refused("it answered \(status)")
    case .status(let status): .failed("it answered \(status)")
    case .trouble(let reason): .failed(reason)
    }
  }

  private static func session(_ exchange: Exchange, _ patience: TimeInterval) -> URLSession {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    configuration.timeoutIntervalForResource = patience
    return URLSession(configuration: configuration, delegate: exchange, delegateQueue: nil)
  }

  /// The token without the line's end; nil where there is none.
  static func token(in file: String) -> String? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return token.isEmpty ? nil : token
  }
}

/// One post at a time, and its answer.
private final class Exchange: NSObject, URLSessionDataDelegate, Sendable {
  enum Answer: Sendable {
    case status(Int)
    /// In words that name no more of the address than the host.
    case trouble(String)
  }

  private struct State {
    var task = -1
    var answer: Answer?
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  func begin(_ task: Int) {
    // What a task before this one was late with counts no more.
    while done.wait(timeout: .now()) == .success {}
    state.withLock { $0 = State(task: task) }
  }

  func answer(within limit: TimeInterval) -> Answer? {
    guard done.wait(timeout: .now() + limit) == .success else { return nil }
    return state.withLock(\.answer)
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  // Without it a 401 that asks for a password would wait for one.
  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    completionHandler(.rejectProtectionSpace, nil)
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    didCompleteWithError error: (any Error)?
  ) {
    let status = (task.response as? HTTPURLResponse)?.statusCode
    let reason = (error as? URLError).map(Self.reason) ?? "no answer"
    state.withLock { state in
      guard state.task == task.taskIdentifier else { return }
      state.answer = status.map { .status($0) } ?? .trouble(reason)
      done.signal()
    }
  }

  /// An error's own description would show the address, and what stands in it.
  private static func reason(_ error: URLError) -> String {
    switch error.code {
    case .timedOut: "no answer in time"
    case .cannotFindHost, .dnsLookupFailed: "there is no such host"
    case .cannotConnectToHost: "nobody accepts connections there"
    case .networkConnectionLost, .badServerResponse: "the connection ended without an answer"
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
      .serverCertificateNotYetValid, .serverCertificateHasUnknownRoot:
      "there is no secure connection"
    default: "error \(error.errorCode) of URLSession"
    }
  }
}
