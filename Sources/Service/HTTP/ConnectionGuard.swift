internal import NIOCore

/// How far the request of a connection has come; both ends of its pipeline know.
final class RequestProgress {
  /// Bytes that came since the last head was whole.
  var bytes = 0
  /// Called when an answer begins, and when all of it was taken.
  var note: (Phase) -> Void = { _ in }
  /// Called when an answer was taken that refuses what is still on its way.
  var refuse: () -> Void = {}

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
  private let note: (Int) -> Void
  private var hasEntered = false
  /// Whether all that still comes is let fall.
  private var hasRefused = false
  private var deadline: Scheduled<Void>?

  /// A guard whose own answers are noted by their status.
  init(
    _ limits: WebLimits,
    _ open: OpenConnections,
    _ progress: RequestProgress,
    note: @escaping (Int) -> Void
  ) {
    (self.limits, self.open, self.progress, self.note) = (limits, open, progress, note)
  }

  func channelActive(context: ChannelHandlerContext) {
    hasEntered = open.enter()
    guard hasEntered else {
      say(503, "Service Unavailable", context)
      return context.close(promise: nil)
    }
    progress.note = { [weak self] in self?.begin($0, context) }
    progress.refuse = { [weak self] in self?.letFall(context) }
    begin(.asking, context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard hasEntered, !hasRefused else { return }
    progress.bytes += unwrapInboundIn(data).readableBytes
    context.fireChannelRead(data)
    if progress.bytes > limits.headBytes + limits.bodyBytes {
      say(431, "Request Header Fields Too Large", context)
      letFall(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    (progress.note, progress.refuse) = ({ _ in }, {})
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

  /// Writes an answer, past all that would write one.
  private func say(_ status: Int, _ reason: String, _ context: ChannelHandlerContext) {
    note(status)
    let text = "HTTP/1.1 \(status) \(reason)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
  }

  /// Writes nothing more, and lets fall what comes until the other side closes or its time is over.
  ///
  /// Closed at once, with bytes on their way, the answer would be lost to whoever sends them.
  private func letFall(_ context: ChannelHandlerContext) {
    guard !hasRefused else { return }
    hasRefused = true
    begin(.asking, context)
    context.close(mode: .output, promise: nil)
  }
}
