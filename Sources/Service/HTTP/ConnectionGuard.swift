internal import NIOCore

/// How far the request of a connection has come; both ends of its pipeline know.
final class RequestProgress {
  /// Bytes that came since the last head was whole.
  var bytes = 0
  /// Called when an answer begins, and when all of it was taken.
  var note: (Phase) -> Void = { _ in }

  /// What a connection does.
  enum Phase {
    case asking, answering
  }
}

/// Stands before the parser: counts connections, and ends those that send too much before a head is
/// whole or take too long, be it that they send nothing, one byte now and then, or take no answer.
final class ConnectionGuard: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let limits: WebLimits
  private let open: OpenConnections
  private let progress: RequestProgress
  private var hasEntered = false
  private var deadline: Scheduled<Void>?

  init(_ limits: WebLimits, _ open: OpenConnections, _ progress: RequestProgress) {
    (self.limits, self.open, self.progress) = (limits, open, progress)
  }

  func channelActive(context: ChannelHandlerContext) {
    hasEntered = open.enter()
    guard hasEntered else { return refuse(context, "503 Service Unavailable") }
    progress.note = { [weak self] in self?.begin($0, context) }
    begin(.asking, context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard hasEntered else { return }
    progress.bytes += unwrapInboundIn(data).readableBytes
    context.fireChannelRead(data)
    if progress.bytes > limits.headBytes + limits.bodyBytes {
      refuse(context, "431 Request Header Fields Too Large")
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    progress.note = { _ in }
    if hasEntered { open.leave() }
    hasEntered = false
    context.fireChannelInactive()
  }

  private func begin(_ phase: RequestProgress.Phase, _ context: ChannelHandlerContext) {
    deadline?.cancel()
    let time = phase == .asking ? limits.requestTime : limits.answerTime
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
      context.close(promise: nil)
    }
  }

  /// Says why, past all that would write an answer, and closes.
  private func refuse(_ context: ChannelHandlerContext, _ status: String) {
    let text = "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    context.close(promise: nil)
  }
}
