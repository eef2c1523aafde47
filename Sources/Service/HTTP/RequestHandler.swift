internal import NIOCore
internal import NIOHTTP1

/// Puts requests together and writes answers.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let router: WebRouter
  private let limits: WebLimits
  private let underWay: AnswersUnderWay
  private let progress: RequestProgress
  private var head: HTTPRequestHead?
  private var bodyBytes = 0

  /// With every answer: nothing is loaded from elsewhere, framed, guessed or kept.
  private static let headers: [(String, String)] = [
    (
      "Content-Security-Policy",
      "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"
    ),
    ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
  ]

  init(
    _ router: WebRouter,
    _ limits: WebLimits,
    _ underWay: AnswersUnderWay,
    _ progress: RequestProgress
  ) {
    (self.router, self.limits) = (router, limits)
    (self.underWay, self.progress) = (underWay, progress)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      (self.head, bodyBytes, progress.bytes) = (head, 0, 0)
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      progress.bytes = 0
      guard bodyBytes > limits.bodyBytes, let head else { return }
      self.head = nil
      let answer = WebAnswer.text("no more than \(limits.bodyBytes) bytes are read", status: 413)
      write(answer, to: head, .refused, context)
    case .end:
      progress.bytes = 0
      guard let head else { return }
      self.head = nil
      let (answer, end) = answer(to: head)
      write(answer, to: head, end, context)
    }
  }

  /// In place of an answer that there is no room for.
  private static let tooMuch: WebAnswer = {
    var answer = WebAnswer.text("too much is being answered: ask again", status: 503)
    answer.headers.append(.init(name: "Retry-After", value: "1"))
    return answer
  }()

  /// What becomes of a connection behind an answer.
  private enum End {
    /// Another request may come.
    case open
    /// None will.
    case closed
    /// None is wanted, whatever is on its way.
    case refused
  }

  private func answer(to head: HTTPRequestHead) -> (WebAnswer, End) {
    let size = head.headers.reduce(head.uri.utf8.count) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 4
    }
    guard size <= limits.headBytes else {
      let reason = "no more than \(limits.headBytes) bytes of headers are read"
      return (.text(reason, status: 431), .refused)
    }
    let hosts = head.headers["host"]
    guard hosts.count == 1 || hosts.isEmpty && head.version == .http1_0 else {
      return (.text("one Host is wanted", status: 400), .refused)
    }
    let request = WebRequest(
      method: head.method.rawValue,
      target: head.uri,
      host: hosts.first,
      authorization: head.headers.first(name: "authorization")
    )
    return (router.answer(request), head.isKeepAlive ? .open : .closed)
  }

  private func write(
    _ wanted: WebAnswer,
    to request: HTTPRequestHead,
    _ end: End,
    _ context: ChannelHandlerContext
  ) {
    let room = underWay.enter(request.method == .HEAD ? 0 : wanted.body.count)
    let answer = room == nil ? Self.tooMuch : wanted
    progress.note(.answering)
    router.board.noteAnswer(answer.status)
    var headers = HTTPHeaders(Self.headers)
    headers.add(name: "Content-Type", value: answer.type)
    headers.add(name: "Content-Length", value: "\(answer.body.count)")
    for header in answer.headers { headers.add(name: header.name, value: header.value) }
    if end != .open { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: answer.status),
      headers: headers
    )
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      let body = ByteBuffer(bytes: answer.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let taken = context.eventLoop.makePromise(of: Void.self)
    taken.futureResult.assumeIsolated().whenComplete { [progress, underWay] _ in
      if let room { underWay.leave(room) }
      switch end {
      case .open: progress.note(.asking)
      case .closed: context.close(promise: nil)
      case .refused: progress.refuse()
      }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: taken)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What stands before this one has answered so.
    if error is HTTPParserError { router.board.noteAnswer(400) }
    context.close(promise: nil)
  }
}
