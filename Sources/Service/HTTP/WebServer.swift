internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// What one asker may take of the server.
struct WebLimits: Sendable {
  /// Of a request's first line and headers.
  var headBytes = 8 << 10
  /// Of a request's body; no route looks at one.
  var bodyBytes = 64 << 10
  /// Until a request must be whole, from when the connection began or the last answer ended.
  var requestTime = TimeAmount.seconds(10)
  /// Until an answer must be taken.
  var answerTime = TimeAmount.seconds(60)
  /// Of all answers that are on their way.
  var answerBytes = 64 << 20
  /// Of one that is given in any case.
  var smallAnswerBytes = 64 << 10
  /// At the same time.
  var connections = 64
}

/// The HTTP server of a process: pages, answers as JSON, metrics, and probes.
public final class WebServer: Sendable {
  /// Why there is none.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    /// A reason as one sentence.
    public init(_ description: String) { self.description = description }
  }

  /// Who may ask, beside those on this machine.
  public enum Access: Sendable, Equatable {
    /// Nobody.
    case thisMachine
    /// Whoever shows this token.
    case token(String)
    /// Everybody.
    case everybody
  }

  /// Where it listens, with the port that it was given.
  public let address: WebAddress
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  /// Listens until it is stopped.
  ///
  /// - Parameters:
  ///   - board: What it shows.
  ///   - address: Where.
  ///   - access: Who may ask.
  ///   - metricsFields: Fields whose statistics stand among the metrics at most.
  /// - Throws: `Failure` where the address cannot be had.
  public convenience init(
    showing board: MonitorBoard,
    at address: WebAddress,
    access: Access = .thisMachine,
    metricsFields: Int = 0
  ) throws(Failure) {
    let access: WebRouter.Access =
      switch access {
      case .thisMachine: .thisMachine
      case .token(let token): .token(token)
      case .everybody: .everybody
      }
    let router = WebRouter(
      board: board,
      access: access,
      metricsFields: metricsFields,
      ownHost: address.host
    )
    try self.init(router, at: address, limits: WebLimits())
  }

  init(_ router: WebRouter, at address: WebAddress, limits: WebLimits) throws(Failure) {
    let open = OpenConnections(limit: limits.connections)
    let underWay = AnswersUnderWay(limit: limits.answerBytes, smallest: limits.smallAnswerBytes)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Int32(limits.connections))
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4_096))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addWebHandlers(router, limits, open, underWay)
        }
      }
    do {
      channel = try bootstrap.bind(host: address.host, port: address.port).wait()
    } catch {
      group.shutdownGracefully { _ in }
      let code = (error as? IOError).flatMap { POSIXErrorCode(rawValue: $0.errnoCode) }
      let reason = code.map { POSIXError($0).localizedDescription } ?? "\(error)"
      throw Failure("cannot listen on \(address): \(reason)")
    }
    let port = channel.localAddress?.port ?? address.port
    self.address = WebAddress(host: address.host, port: port)
  }

  /// Closes the door, and what is open.
  public func stop() { group.shutdownGracefully { _ in } }
}

/// Counts connections.
final class OpenConnections: Sendable {
  private let count = Mutex(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Whether there is room for one more, which is counted then.
  func enter() -> Bool {
    count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}

extension ChannelPipeline.SynchronousOperations {
  /// What stands between a socket and the routes.
  func addWebHandlers(
    _ router: WebRouter,
    _ limits: WebLimits,
    _ open: OpenConnections,
    _ underWay: AnswersUnderWay
  ) throws {
    let progress = RequestProgress()
    try addHandler(ConnectionGuard(limits, open, progress, note: router.board.noteAnswer))
    try configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
    try addHandler(RequestHandler(router, limits, underWay, progress))
  }
}
