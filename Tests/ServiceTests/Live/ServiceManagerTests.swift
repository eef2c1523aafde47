import Foundation
import Testing

@testable import Service

/// What systemd hears of a monitor, on a socket as it makes one.
@Suite struct ServiceManagerTests {
  /// The manager's end: a socket of datagrams, by a path or by a name that is no file.
  private final class Manager {
    private let socket: Int32

    init(_ path: [UInt8]) throws {
      socket = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      unsafe setsockopt(
        socket,
        SOL_SOCKET,
        SO_RCVTIMEO,
        &limit,
        socklen_t(MemoryLayout<timeval>.size)
      )
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
      let socket = socket
      let status = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          unsafe bind(socket, pointer, socklen_t(2 + path.count))
        }
      }
      guard status == 0 else { throw POSIXError(.EADDRINUSE) }
    }

    deinit { close(socket) }

    /// The lines of the next datagram; none when a minute brings nothing.
    func next() -> [String] {
      var buffer = [UInt8](repeating: 0, count: 1_024)
      let count = unsafe recv(socket, &buffer, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        .map(String.init)
    }

    /// The first datagram with a line.
    func wait(for line: String) -> Bool {
      while true {
        let lines = next()
        if lines.contains(line) { return true }
        if lines.isEmpty { return false }
      }
    }
  }

  @Test(arguments: [false, true])
  func aMonitorTellsThatItIsReadyAliveAndStopping(isAbstract: Bool) throws {
    let (plan, references) = try HostilePlan.loaded()
    let folder = try Folder()
    let path = isAbstract ? "@leeway-\(UUID().uuidString)" : folder.path + "/notify"
    let bytes = Array(path.utf8)
    let manager = try Manager(isAbstract ? [0] + bytes.dropFirst() : bytes)
    let board = MonitorBoard(plan: plan, references: references)
    let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1500000"]
    let teller = try #require(ServiceManager(of: board, environment: environment))
    defer { teller.finish() }
    #expect(manager.next() == ["EXTEND_TIMEOUT_USEC=60000000", "WATCHDOG=1"])
    board.note(.collecting(partitions: 3), from: .collect)
    board.note(.evaluating(false), from: .evaluate)
    #expect(manager.wait(for: "READY=1"))
    #expect(manager.wait(for: "WATCHDOG=1"))
    board.stop()
    #expect(manager.wait(for: "STOPPING=1"))
  }

  @Test func whatIsToldDependsOnTheTimeAlone() {
    var news = ServiceNews(watchdog: .seconds(30))
    func next(_ second: Int, ready: Bool = true, stopping: Bool = false, goesOn: Bool = true)
      -> [String]
    {
      news.next(isReady: ready, isStopping: stopping, goesOn: goesOn, at: .seconds(second))
    }
    let more = "EXTEND_TIMEOUT_USEC=60000000"
    #expect(next(0, ready: false) == [more, "WATCHDOG=1"])
    #expect(next(9, ready: false) == [])
    #expect(next(10, ready: false) == ["WATCHDOG=1"])
    #expect(next(20, ready: false) == [more, "WATCHDOG=1"])
    #expect(next(21) == ["READY=1"])
    // A partition that goes makes it no less started.
    #expect(next(22, ready: false) == [])
    #expect(next(30) == ["WATCHDOG=1"])
    // A stage that hangs: the manager's patience ends.
    #expect(next(40, goesOn: false) == [] && next(70, goesOn: false) == [])
    #expect(next(71) == ["WATCHDOG=1"])
    #expect(next(72, ready: false, stopping: true) == ["STOPPING=1"])
    #expect(next(73, ready: false, stopping: true) == [])
    #expect(next(81, ready: false, stopping: true) == ["WATCHDOG=1"])
  }

  @Test func withoutAWatchdogNothingIsSaidAgain() {
    var news = ServiceNews(watchdog: nil)
    for second in 0..<100 {
      let lines = news.next(isReady: true, isStopping: false, goesOn: true, at: .seconds(second))
      #expect(lines == (second == 0 ? ["READY=1"] : []))
    }
  }

  @Test func whatIsNoSocketIsNotSpokenTo() throws {
    let (plan, references) = try HostilePlan.loaded()
    let board = MonitorBoard(plan: plan, references: references)
    let long = "/" + String(repeating: "x", count: 200)
    for address in [nil, "", "@", "/", "vsock:2:3", "relative", long] {
      let environment = address.map { ["NOTIFY_SOCKET": $0] } ?? [:]
      #expect(ServiceManager(of: board, environment: environment) == nil, "\(address ?? "none")")
    }
    // Nobody listens there: nothing happens.
    let socket = NotifySocket("/no/such/socket")
    socket?.send("READY=1")
  }
}
