import Foundation
import Monitoring
import NIOCore
@testable import Service
import TestSupport
import Testing

/// What the server does to those who do not keep to the rules, over real sockets.
@Suite(.ownThreads) struct WebServerTests {
  private static func server(_ limits: WebLimits = WebLimits()) throws -> WebServer {
    let (plan, references) = try HostilePlan.loaded()
    let board = MonitorBoard(plan: plan, references: references)
    let router = WebRouter(board: board, access: .thisMachine)
    return try WebServer(router, at: WebAddress(host: "127.0.0.1", port: 0), limits: limits)
  }

  private static func answer(_ text: String, _ server: WebServer) throws -> String {
    let connection = try RawConnection(port: server.address.port)
    connection.send(text)
    connection.finish()
    return connection.read().text
  }

  @Test func everyAnswerForbidsWhatNoPageNeeds() throws {
    let server = try Self.server()
    defer { server.stop() }
    for path in ["/", "/api/v1/status", "/metrics", "/-/healthy", "/nothing"] {
      let head = try RawConnection.get(path, port: server.address.port).head.lowercased()
      #expect(head.contains("content-security-policy: default-src 'self';"), "\(path)")
      #expect(head.contains("frame-ancestors 'none'") && head.contains("x-frame-options: deny"))
      #expect(head.contains("x-content-type-options: nosniff"))
      #expect(!head.contains("unsafe-inline") && !head.contains("access-control-allow"))
    }
  }

  /// How often its metrics say that it gave an answer.
  private static func count(_ status: Int, _ server: WebServer) throws -> Int? {
    let page = try RawConnection.get("/metrics", port: server.address.port).body
    let line = try Regex("leeway_http_responses_total\\{code=\"\(status)\"\\} ([0-9]+)\n")
    return page.firstMatch(of: line).flatMap { Int($0[1].substring ?? "") }
  }

  @Test func anyAddressOfThisMachineIsAnswered() throws {
    let (plan, references) = try HostilePlan.loaded()
    let board = MonitorBoard(plan: plan, references: references)
    let server = try WebServer(showing: board, at: WebAddress(host: "127.0.0.2", port: 0))
    defer { server.stop() }
    let address = try #require(URL(string: "http://\(server.address)"))
    #expect(RunningStatus.trouble(at: address) == nil)
    #expect(try RunningStatus(at: address).overview.monitor == "shop")
  }

  @Test func aHeadIsReadUpToItsLimit() throws {
    let server = try Self.server()
    defer { server.stop() }
    for (bytes, status) in [(4_000, "200"), (9_000, "431"), (200_000, "431")] {
      let padding = String(repeating: "x", count: bytes)
      let text =
        "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX-P: \(padding)\r\n"
        + "Connection: close\r\n\r\n"
      #expect(try Self.answer(text, server).hasPrefix("HTTP/1.1 \(status)"), "\(bytes)")
      let target =
        "GET /-/healthy?\(padding) HTTP/1.1\r\nHost: localhost\r\n"
        + "Connection: close\r\n\r\n"
      #expect(try Self.answer(target, server).hasPrefix("HTTP/1.1 \(status)"), "\(bytes)")
    }
    // Without an end, too.
    let endless = "GET / HTTP/1.1\r\nX-P: " + String(repeating: "x", count: 300_000)
    let connection = try RawConnection(port: server.address.port)
    connection.send(endless)
    #expect(connection.read().isClosed)
    #expect(try Self.count(431, server) == 5)
  }

  @Test func aBodyIsReadUpToItsLimit() throws {
    let server = try Self.server()
    defer { server.stop() }
    for (bytes, status) in [(60_000, "200"), (70_000, "413")] {
      let head = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      let body = String(repeating: "b", count: bytes)
      let text = "\(head)Content-Length: \(bytes)\r\n\r\n\(body)"
      #expect(try Self.answer(text, server).hasPrefix("HTTP/1.1 \(status)"), "\(bytes)")
      let chunk = "\(String(bytes, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
      let chunked = "\(head)Transfer-Encoding: chunked\r\n\r\n\(chunk)"
      #expect(try Self.answer(chunked, server).hasPrefix("HTTP/1.1 \(status)"), "\(bytes)")
    }
  }

  @Test func whatIsNoRequestIsRefused() throws {
    let server = try Self.server()
    defer { server.stop() }
    var refused = 0
    for text in [
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
      "GET / HTTP/1.1\r\nHost localhost\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    ] {
      let answer = try Self.answer(text, server)
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(text)")
      #expect(!answer.contains("200 OK"), "\(text)")
      if answer.hasPrefix("HTTP/1.1 400 ") { refused += 1 }
    }
    #expect(try refused > 4 && Self.count(400, server) == refused)
  }

  @Test func oldAskersAreAnsweredAndLeft() throws {
    let server = try Self.server()
    defer { server.stop() }
    let connection = try RawConnection(port: server.address.port)
    connection.send("GET /-/healthy HTTP/1.0\r\n\r\n")
    let (text, isClosed) = connection.read()
    #expect(text.hasPrefix("HTTP/1.1 200") && text.hasSuffix("healthy\n") && isClosed)
  }

  @Test func requestsSentTogetherAreAnsweredInOrder() throws {
    let server = try Self.server()
    defer { server.stop() }
    let connection = try RawConnection(port: server.address.port)
    let host = "HTTP/1.1\r\nHost: localhost\r\n"
    connection.send(
      "GET /-/healthy \(host)\r\nHEAD /-/healthy \(host)\r\nGET /none \(host)\r\n"
        + "GET /-/ready \(host)Connection: close\r\n\r\n"
    )
    let (text, isClosed) = connection.read()
    let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
    #expect(statuses == ["200", "200", "404", "503"] && isClosed)
    #expect(text.components(separatedBy: "healthy\n").count == 2)
  }

  @Test func oneWhoSendsAByteNowAndThenIsLeft() throws {
    var limits = WebLimits()
    limits.requestTime = .milliseconds(300)
    let server = try Self.server(limits)
    defer { server.stop() }
    let slow = try RawConnection(port: server.address.port)
    slow.send("GET / HTTP/1.1\r\nHost: local")
    let silent = try RawConnection(port: server.address.port)
    // Others are answered meanwhile.
    #expect(try RawConnection.get("/-/healthy", port: server.address.port).status == 200)
    #expect(slow.read().isClosed && silent.read().isClosed)
  }

  @Test func onlySoManyAreLetInAtOnceAndOthersWhenTheyHaveLeft() throws {
    var limits = WebLimits()
    limits.connections = 3
    let server = try Self.server(limits)
    defer { server.stop() }
    let request = "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
    var guests: [RawConnection] = []
    for _ in 0..<3 {
      let guest = try RawConnection(port: server.address.port)
      guest.send(request)
      #expect(guest.read { !$0.hasSuffix("healthy\n") }.text.hasPrefix("HTTP/1.1 200"))
      guests.append(guest)
    }
    let late = try RawConnection(port: server.address.port)
    let (text, isClosed) = late.read()
    #expect(text.hasPrefix("HTTP/1.1 503") && isClosed)
    guests.removeAll()
    // It is let in when those before it have left.
    #expect(try comesTrue { try Self.count(503, server) ?? 0 > 0 })
    #expect(
      try comesTrue { try RawConnection.get("/-/healthy", port: server.address.port).status == 200 }
    )
  }

  /// A board whose one alert has some megabytes to say.
  private static func boardOfOneLongAlert() throws -> MonitorBoard {
    let (plan, references) = try HostilePlan.loaded()
    let board = MonitorBoard(plan: plan, references: references, keepsRecords: true)
    let text = String(repeating: "x", count: 6 << 20)
    let record = """
      {"id":"1","type":"io.leeway.alert.v1","data":{"alert":"long","state":"firing",\
      "monitor":"shop","rule":"R","severity":"info","window_start":"2026-01-01T00:00:00Z",\
      "window_end":"2026-01-01T01:00:00Z","first_seen":"2026-01-01T00:00:00Z","summary":"\(text)"}}
      """
    board.read(Array(record.utf8), of: .alerts)
    return board
  }

  @Test func answersThatAreNotTakenLeaveNoRoomForOthers() throws {
    var limits = WebLimits()
    limits.answerBytes = 10 << 20
    let board = try Self.boardOfOneLongAlert()
    let router = WebRouter(board: board, access: .thisMachine)
    let server = try WebServer(
      router,
      at: WebAddress(host: "127.0.0.1", port: 0),
      limits: limits
    )
    defer { server.stop() }
    let path = "/api/v1/alerts?alert=long"
    let slow = try RawConnection(port: server.address.port)
    slow.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    // Its answer has begun, and the rest of it waits to be taken.
    #expect(slow.read { $0.isEmpty }.text.hasPrefix("HTTP/1.1 200"))
    let refused = try RawConnection.get(path, port: server.address.port)
    #expect(refused.status == 503 && refused.head.contains("Retry-After: 1"))
    for small in ["/-/healthy", "/", "/api/v1/status"] {
      #expect(try RawConnection.get(small, port: server.address.port).status == 200, "\(small)")
    }
    var taken = 0
    while taken < 6 << 20 {
      let piece = slow.read { $0.utf8.count < 1 << 18 }
      taken += piece.text.utf8.count
      if piece.isClosed || piece.text.isEmpty { break }
    }
    #expect(
      try comesTrue { try RawConnection.get(path, port: server.address.port).status == 200 }
    )
  }

  @Test func aPortThatIsTakenIsSaid() throws {
    let server = try Self.server()
    defer { server.stop() }
    var failure: WebServer.Failure?
    do {
      let (plan, references) = try HostilePlan.loaded()
      let board = MonitorBoard(plan: plan, references: references)
      _ = try WebServer(showing: board, at: server.address)
    } catch let error as WebServer.Failure { failure = error }
    let reason = "The operation could not be completed. Address already in use"
    let expected = "cannot listen on \(server.address): \(reason)"
    #expect(failure?.description == expected)
  }
}
