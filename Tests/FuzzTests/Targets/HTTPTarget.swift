import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Service

extension FuzzTarget {
  /// The bytes of a connection: nothing but answers comes back, and nothing but 200 says more than
  /// a line.
  static let http = FuzzTarget("http") { bytes in
    let world = try FuzzWorld.shared.get()
    let board = MonitorBoard(plan: world.plan, references: world.references)
    let router = WebRouter(board: board, access: .thisMachine)
    let channel = EmbeddedChannel()
    let limits = WebLimits()
    try channel.pipeline.syncOperations.addWebHandlers(
      router,
      limits,
      OpenConnections(limit: 1),
      AnswersUnderWay(limit: limits.answerBytes, smallest: limits.smallAnswerBytes)
    )
    channel.pipeline.fireChannelActive()
    for piece in [bytes.prefix(bytes.count / 2), bytes.suffix(bytes.count - bytes.count / 2)] {
      // What a parser refuses closes the connection, and is said to nobody but it.
      _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
    }
    var answer: [UInt8] = []
    while let part = try channel.readOutbound(as: ByteBuffer.self) {
      answer += Array(part.readableBytesView)
    }
    _ = try? channel.finish()
    // One that has closed itself is not finished, and would keep its handlers for ever.
    channel.embeddedEventLoop.run()
    guard !answer.isEmpty else { return false }
    let start = String(decoding: answer.prefix(13), as: UTF8.self)
    try Finding.unless(
      start.wholeMatch(of: #/HTTP/1\.[01] (200|4\d\d|503) /#) != nil,
      "an answer begins with \(start)"
    )
    return start.hasSuffix(" 200 ")
  }
}
