import Foundation
import Glibc

/// A TCP socket on the loopback interface; closed when nobody holds it any more.
final class StreamSocket: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { Glibc.close(descriptor) }

  /// Listens on a free port.
  static func listening() throws -> StreamSocket {
    let socket = try make()
    let isReady = unsafe withAddress(of: 0) { address, length in
      unsafe bind(socket.descriptor, address, length) == 0
        && listen(socket.descriptor, 64) == 0
    }
    guard isReady else { throw Overdue(description: "cannot listen") }
    return socket
  }

  /// Connects to a port.
  static func connected(to port: UInt16) throws -> StreamSocket {
    let socket = try make()
    let isReady = unsafe withAddress(of: port) { address, length in
      unsafe connect(socket.descriptor, address, length) == 0
    }
    guard isReady else { throw Overdue(description: "cannot connect to port \(port)") }
    socket.sendAtOnce()
    return socket
  }

  /// Its own port.
  var port: UInt16 {
    get throws {
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe getsockname(descriptor, $0, &length)
        }
      }
      guard result == 0 else { throw Overdue(description: "a socket without a port") }
      return UInt16(bigEndian: address.sin_port)
    }
  }

  /// The next client; nil once this was shut down.
  func accept() -> StreamSocket? {
    let client = Glibc.accept(descriptor, nil, nil)
    guard client >= 0 else { return nil }
    let socket = StreamSocket(client)
    socket.sendAtOnce()
    return socket
  }

  /// Ends both directions, for whoever waits for them too.
  func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// The next message with the four bytes of its length; nil at the end.
  func readFrame() -> [UInt8]? {
    guard let length = read(4) else { return nil }
    let count = length.reduce(0) { $0 << 8 | Int($1) }
    return read(count).map { length + $0 }
  }

  /// Writes all of it; whether that could be done.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe send(
          descriptor,
          buffer.baseAddress?.advanced(by: sent),
          bytes.count - sent,
          Int32(MSG_NOSIGNAL)
        )
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe recv(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, 0)
      }
      guard got > 0 else { return nil }
      filled += got
    }
    return bytes
  }

  private func sendAtOnce() {
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
  }

  private static func make() throws -> StreamSocket {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Overdue(description: "no socket") }
    return StreamSocket(descriptor)
  }

  private static func withAddress<Result>(
    of port: UInt16,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
