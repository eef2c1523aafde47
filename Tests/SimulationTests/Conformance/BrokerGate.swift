import Foundation
import Glibc
import Synchronization

/// The only way by which one client reaches its brokers: it can be shut, and can lose or hold back
/// single requests and answers.
///
/// A port of its own stands for each broker, and in the answers that name brokers that port stands
/// in the place of theirs: so all brokers must be named, by an address of this machine.
final class BrokerGate: Sendable {
  /// A kind of request, by the protocol's number.
  enum Request: Int16 {
    case produce = 0
    case fetch = 1
    case metadata = 3
    case offsetCommit = 8
    case findCoordinator = 10
    case endTransaction = 26
    case transactionOffsetCommit = 28
  }

  /// What becomes of a request of one kind.
  enum Fate {
    /// The next one never arrives.
    case loseRequest
    /// The next one arrives, but nobody hears of it.
    case loseAnswer
    /// The next one arrives later, and nobody hears of it; others of its kind, until then, pass, or
    /// are lost.
    case holdBack(Duration, passingOthers: Bool)
  }

  private struct State {
    var isShut = false
    var fate: (request: Request, fate: Fate)?
    /// Until when all requests of a kind are lost.
    var losing: (request: Request, until: ContinuousClock.Instant)?
    var connections: [ObjectIdentifier: GateConnection] = [:]
  }

  /// Where a client comes in, instead of at a broker's port.
  private struct Door {
    let socket: StreamSocket
    let broker: UInt16
    let port: UInt16
  }

  private let state = Mutex(State())
  private let doors: [Door]
  private let host: String

  /// Opens a gate before brokers, `host:port` separated by commas.
  init(_ brokers: String) throws {
    let addresses = brokers.split(separator: ",").map { $0.split(separator: ":").map(String.init) }
    host = addresses.first?.first ?? ""
    var doors: [Door] = []
    for address in addresses {
      guard address.count == 2, address[0] == host, let broker = UInt16(address[1]) else {
        throw Overdue(description: "cannot stand before \(brokers)")
      }
      let socket = try StreamSocket.listening()
      doors.append(Door(socket: socket, broker: broker, port: try socket.port))
    }
    self.doors = doors
    for door in doors {
      Thread.detachNewThread { [weak self] in
        while let client = door.socket.accept() { self?.admit(client, to: door.broker) }
      }
    }
  }

  /// Whether a gate can stand before these brokers.
  static func canStand(before brokers: String) -> Bool {
    brokers.split(separator: ",").allSatisfy { $0.hasPrefix("127.0.0.1:") }
  }

  /// The addresses of its own ports.
  var brokers: String { doors.map { "\(host):\($0.port)" }.joined(separator: ",") }

  /// Ends all connections and takes no new ones, until it is opened again.
  func shut() {
    state.withLock { state in
      state.isShut = true
      state.connections.values.forEach { $0.shutDown() }
    }
  }

  /// Takes connections again.
  func open() { state.withLock { $0.isShut = false } }

  /// Ends for ever.
  func close() {
    shut()
    doors.forEach { $0.socket.shutDown() }
  }

  /// Decides on the next request of a kind.
  func decide(_ request: Request, _ fate: Fate) {
    state.withLock { $0.fate = (request, fate) }
  }

  // MARK: Connections

  private func admit(_ client: StreamSocket, to port: UInt16) {
    guard let broker = try? StreamSocket.connected(to: port) else { return }
    let connection = GateConnection(client: client, broker: broker)
    let isAdmitted = state.withLock { state in
      guard !state.isShut else { return false }
      state.connections[ObjectIdentifier(connection)] = connection
      return true
    }
    guard isAdmitted else { return connection.shutDown() }
    Thread.detachNewThread { [self] in
      while let frame = connection.client.readFrame(), pass(frame, of: connection) {}
      connection.endOfRequests()
    }
    Thread.detachNewThread { [self] in
      while let frame = connection.broker.readFrame() {
        guard let kind = connection.kind(ofAnswer: frame) else { continue }
        connection.client.write(named(frame, in: kind))
      }
      connection.shutDown()
      state.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
    }
  }

  /// Hands a request on, or does with it what was decided.
  private func pass(_ frame: [UInt8], of connection: GateConnection) -> Bool {
    let request = GateConnection.Header(frame)
    let fate = state.withLock { state -> Fate? in
      if let losing = state.losing, losing.request.rawValue == request.kind {
        if ContinuousClock.now < losing.until { return .loseRequest }
        state.losing = nil
      }
      guard let decided = state.fate, decided.request.rawValue == request.kind else { return nil }
      state.fate = nil
      if case .holdBack(let delay, passingOthers: false) = decided.fate {
        state.losing = (decided.request, .now + delay)
      }
      return decided.fate
    }
    switch fate {
    case .loseRequest: return true
    case .loseAnswer: connection.expect(request, isHeard: false)
    case .holdBack(let delay, _):
      connection.expect(request, isHeard: false)
      connection.hold(frame, for: delay)
      return true
    case nil: connection.expect(request, isHeard: true)
    }
    return connection.broker.write(frame)
  }

  /// An answer with our ports where it names brokers.
  private func named(_ frame: [UInt8], in kind: Int16) -> [UInt8] {
    guard kind == Request.metadata.rawValue || kind == Request.findCoordinator.rawValue else {
      return frame
    }
    var frame = frame
    for door in doors {
      let real = Array(host.utf8) + [0, 0] + door.broker.bytes
      let ours = Array(host.utf8) + [0, 0] + door.port.bytes
      var index = 0
      while index + real.count <= frame.count {
        if frame[index..<index + real.count].elementsEqual(real) {
          frame.replaceSubrange(index..<index + real.count, with: ours)
          index += real.count
        } else {
          index += 1
        }
      }
    }
    return frame
  }
}

/// One connection through a gate.
final class GateConnection: Sendable {
  /// What a request begins with.
  struct Header {
    let kind: Int16
    let correlation: [UInt8]

    init(_ frame: [UInt8]) {
      let bytes = frame.dropFirst(4).prefix(8) + [UInt8](repeating: 0, count: 8)
      let start = bytes.startIndex
      kind = Int16(bytes[start]) << 8 | Int16(bytes[start + 1])
      correlation = Array(bytes[start + 4..<start + 8])
    }
  }

  private struct State {
    /// Kinds of requests by what their answers begin with; nil for those that are not passed on.
    var expected: [[UInt8]: Int16?] = [:]
    /// How many requests are held back.
    var held = 0
    var hasEnded = false
  }

  let client: StreamSocket
  let broker: StreamSocket
  private let state = Mutex(State())

  init(client: StreamSocket, broker: StreamSocket) {
    (self.client, self.broker) = (client, broker)
  }

  /// Notes a request, for its answer to be known.
  func expect(_ request: Header, isHeard: Bool) {
    state.withLock { $0.expected[request.correlation] = .some(isHeard ? request.kind : nil) }
  }

  /// The kind of request that an answer is to; nil where nobody is to hear it.
  func kind(ofAnswer frame: [UInt8]) -> Int16? {
    let correlation = Array(frame.dropFirst(4).prefix(4))
    return state.withLock { $0.expected.removeValue(forKey: correlation) ?? nil }
  }

  /// Hands a request on later, even if the client is gone by then.
  func hold(_ frame: [UInt8], for delay: Duration) {
    state.withLock { $0.held += 1 }
    Thread.detachNewThread { [self] in
      Thread.sleep(forTimeInterval: delay / .seconds(1))
      broker.write(frame)
      let isLast = state.withLock { state in
        state.held -= 1
        return state.held == 0 && state.hasEnded
      }
      if isLast { shutDown() }
    }
  }

  /// The client is gone; the broker may have to wait for what is held back.
  func endOfRequests() {
    client.shutDown()
    let isIdle = state.withLock { state in
      state.hasEnded = true
      return state.held == 0
    }
    if isIdle { broker.shutDown() }
  }

  /// Ends both ways.
  func shutDown() {
    client.shutDown()
    broker.shutDown()
  }
}

extension UInt16 {
  /// Its bytes as the network orders them.
  fileprivate var bytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }
}
