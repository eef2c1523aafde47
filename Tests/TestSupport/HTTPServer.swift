import Foundation
import Synchronization

/// A small HTTP server on a free port of the loopback interface: it keeps what it is sent.
public final class HTTPServer: Sendable {
  /// A request, whole.
  public struct Request: Sendable {
    /// As in `/hook`.
    public var path: String
    /// By name in lower case.
    public var headers: [String: String]
    /// All of it.
    public var body: String
  }

  /// What it answers.
  public enum Answer: Sendable {
    /// A status, with nothing else.
    case status(Int)
    /// That the request is to be sent elsewhere.
    case redirect(Int, to: String)
    /// That a password is wanted.
    case unauthorized
    /// Nothing: the connection is closed.
    case none
    /// Nothing, ever.
    case silence
  }

  /// The port.
  public let port: Int
  private let socket: Int32
  private let kept = Mutex<[Request]>([])
  /// Connections that wait in vain.
  private let silent = Mutex<[FileHandle]>([])
  private let answer: @Sendable (Request, Int) -> Answer

  /// A server that answers until it is let go.
  ///
  /// - Parameter answer: Gets each request, and how many came before it.
  /// - Throws: When there is no free port.
  public init(
    answer: @escaping @Sendable (Request, Int) -> Answer = { _, _ in .status(200) }
  ) throws {
    self.answer = answer
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(socket, pointer, size) == 0 && listen(socket, 16) == 0
          && getsockname(socket, pointer, &size) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { break }
        let handle = FileHandle(fileDescriptor: connection, closeOnDealloc: true)
        guard let self else { break }
        self.serve(handle)
      }
      // Here alone: closed elsewhere, its number may be another server's when it is asked next.
      close(socket)
    }
    thread.start()
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// What came so far.
  public var requests: [Request] { kept.withLock(\.self) }

  /// Where it is.
  public var address: String { "http://127.0.0.1:\(port)" }

  private func serve(_ connection: FileHandle) {
    guard let request = Self.read(connection) else { return }
    let count = kept.withLock { requests in
      requests.append(request)
      return requests.count - 1
    }
    let head: String
    switch answer(request, count) {
    case .status(let status): head = "\(status) X"
    case .redirect(let status, let place): head = "\(status) X\r\nLocation: \(place)"
    case .unauthorized: head = "401 X\r\nWWW-Authenticate: Basic realm=\"x\""
    case .none: return
    case .silence: return silent.withLock { $0.append(connection) }
    }
    let text = "HTTP/1.1 \(head)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    try? connection.write(contentsOf: Data(text.utf8))
  }

  private static func read(_ connection: FileHandle) -> Request? {
    var bytes = Data()
    let separator = Data("\r\n\r\n".utf8)
    while true {
      if let end = bytes.range(of: separator) {
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
          .components(separatedBy: "\r\n")
        let headers = Dictionary(
          lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            return (parts[0].lowercased(), value)
          },
          uniquingKeysWith: { $1 }
        )
        let body = bytes[end.upperBound...]
        if body.count >= Int(headers["content-length"] ?? "") ?? 0 {
          let path = lines[0].split(separator: " ").dropFirst().first ?? ""
          return Request(
            path: String(path),
            headers: headers,
            body: String(decoding: body, as: UTF8.self)
          )
        }
        if headers["expect"] != nil, body.isEmpty {
          try? connection.write(contentsOf: Data("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
      }
      let more = connection.availableData
      guard !more.isEmpty else { return nil }
      bytes.append(more)
    }
  }
}
