import Foundation

/// A TCP connection to this machine that says exactly what it is told to.
public final class RawConnection {
  private let socket: Int32

  /// Connects to a port of the loopback interface.
  ///
  /// - Throws: When nobody listens there.
  public init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(socket, pointer, size) == 0
      }
    }
    guard isConnected else { throw POSIXError(.ECONNREFUSED) }
  }

  deinit { close(socket) }

  /// Sends bytes; what the other side does not take any more is lost.
  public func send(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let rest = Array(bytes[sent...])
      let count = unsafe Glibc.send(socket, rest, rest.count, Int32(MSG_NOSIGNAL))
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Says that nothing more comes.
  public func finish() { shutdown(socket, Int32(SHUT_WR)) }

  /// Reads until the other side closes, or as long as a condition wants more; a minute at most for
  /// each piece.
  ///
  /// - Returns: What came, and whether the other side has closed.
  public func read(
    while wantsMore: (String) -> Bool = { _ in true }
  ) -> (text: String, isClosed: Bool) {
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    unsafe setsockopt(
      socket,
      SOL_SOCKET,
      SO_RCVTIMEO,
      &limit,
      socklen_t(MemoryLayout<timeval>.size)
    )
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while wantsMore(String(decoding: bytes, as: UTF8.self)) {
      let count = unsafe recv(socket, &buffer, buffer.count, 0)
      if count == 0 || count < 0 && errno == ECONNRESET {
        return (String(decoding: bytes, as: UTF8.self), true)
      }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return (String(decoding: bytes, as: UTF8.self), false)
  }

  /// Asks for one thing and reads the whole answer.
  ///
  /// - Parameters:
  ///   - path: With its query.
  ///   - port: Where.
  ///   - headers: Further lines.
  /// - Returns: Its first line, its headers and its body.
  /// - Throws: When nobody listens there.
  public static func get(
    _ path: String,
    port: Int,
    headers: [String] = []
  ) throws -> (status: Int, head: String, body: String) {
    let connection = try RawConnection(port: port)
    let lines = ["GET \(path) HTTP/1.1", "Host: localhost:\(port)", "Connection: close"] + headers
    connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    let text = connection.read().text
    let end = text.range(of: "\r\n\r\n")
    let head = end.map { String(text[..<$0.lowerBound]) } ?? text
    let body = end.map { String(text[$0.upperBound...]) } ?? ""
    return (Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head, body)
  }
}
