internal import Foundation

/// Where a service manager listens: a socket of datagrams on this machine.
final class NotifySocket: Sendable {
  private let socket: Int32
  private let path: [UInt8]

  /// A socket by its address: a path, or behind `@` a name that is no file.
  ///
  /// - Returns: nil for what is none, or longer than an address can be.
  init?(_ address: String) {
    let bytes = Array(address.utf8)
    guard let first = bytes.first, bytes.count > 1, bytes.count < Self.longest else { return nil }
    switch first {
    case UInt8(ascii: "/"): path = bytes
    case UInt8(ascii: "@"): path = [0] + bytes.dropFirst()
    default: return nil
    }
    socket = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
  }

  deinit { close(socket) }

  private static let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

  /// Sends one datagram; nobody is there to be told when nobody takes it.
  func send(_ text: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = path
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      unsafe target.copyBytes(from: path)
    }
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let size = socklen_t(offset + path.count)
    let bytes = Array(text.utf8)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        // A manager that does not read must not keep a process waiting.
        unsafe sendto(
          socket,
          bytes,
          bytes.count,
          Int32(MSG_DONTWAIT | MSG_NOSIGNAL),
          pointer,
          size
        )
      }
    }
  }
}
