import Foundation
@testable import Service
import Testing

/// Who is answered what, without a socket.
@Suite struct WebRouterTests {
  private static func router(_ access: WebRouter.Access) throws -> WebRouter {
    let (plan, references) = try HostilePlan.loaded()
    return WebRouter(board: MonitorBoard(plan: plan, references: references), access: access)
  }

  private static func status(
    _ router: WebRouter,
    _ target: String,
    method: String = "GET",
    host: String? = "localhost:8787",
    token: String? = nil
  ) -> Int {
    router.answer(
      WebRequest(
        method: method,
        target: target,
        host: host,
        authorization: token.map { "Bearer \($0)" }
      )
    ).status
  }

  @Test func onThisMachineOnlyItsOwnNamesAreAnswered() throws {
    let router = try Self.router(.thisMachine)
    for host in ["localhost", "LOCALHOST:8787", "127.0.0.1:8787", "[::1]:8787", "[::1]", nil] {
      #expect(Self.status(router, "/api/v1/status", host: host) == 200, "\(host ?? "none")")
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:8787", "", "[::2]"] {
      #expect(Self.status(router, "/api/v1/status", host: host) == 421, "\(host)")
      #expect(Self.status(router, "/-/healthy", host: host) == 421, "\(host)")
      #expect(Self.status(router, "/", host: host) == 421, "\(host)")
    }
    #expect(Self.status(try Self.router(.everybody), "/metrics", host: "any.example") == 200)
  }

  @Test func theAddressThatItWasGivenIsItsOwnName() throws {
    var router = try Self.router(.thisMachine)
    #expect(Self.status(router, "/metrics", host: "127.0.0.2:8787") == 421)
    router.ownHost = "127.0.0.2"
    for host in ["127.0.0.2:8787", "127.0.0.2", "localhost:8787"] {
      #expect(Self.status(router, "/metrics", host: host) == 200, "\(host)")
    }
    #expect(Self.status(router, "/metrics", host: "127.0.0.3:8787") == 421)
  }

  @Test func withATokenOnlyPagesAndProbesAreOpen() throws {
    let router = try Self.router(.token("s3cret"))
    let guarded = [
      "/metrics", "/api/v1/status", "/api/v1/windows", "/api/v1/alerts", "/api/v1/rules",
      "/api/v1/fields", "/api/v1/triggers", "/no/such/thing",
    ]
    for path in guarded {
      #expect(Self.status(router, path, host: "any.example") == 401)
      for wrong in ["", "s3cre", "s3cret2", "S3cret", "s3creT"] {
        #expect(Self.status(router, path, token: wrong) == 401, "\(wrong)")
      }
      #expect(Self.status(router, path, token: "s3cret") == (path.hasPrefix("/no") ? 404 : 200))
    }
    #expect(Self.status(router, "/-/healthy") == 200 && Self.status(router, "/-/ready") == 503)
    #expect(Self.status(router, "/") == 200)
  }

  @Test func nothingButReadingIsAnswered() throws {
    let router = try Self.router(.thisMachine)
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X"] {
      #expect(Self.status(router, "/api/v1/status", method: method) == 405, "\(method)")
    }
    #expect(Self.status(router, "/api/v1/status", method: "HEAD") == 200)
  }

  @Test func pathsAreNamesAndNoPlacesOfFiles() throws {
    let router = try Self.router(.thisMachine)
    for path in [
      "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/index.html/../../x",
      "/..\\..\\etc\\passwd", "/Assets/index.html", "/./", "", "*", "/api/v1/status/",
      "http://localhost/api/v1/status", "/api/v1/\u{0}status",
    ] {
      #expect(Self.status(router, path) == 404, "\(path)")
    }
  }

  @Test func whatIsAskedWronglyIsSaidWithoutRepeatingIt() throws {
    let router = try Self.router(.thisMachine)
    for query in [
      "secret=1", "from=secret", "to=2026", "limit=secret", "limit=0", "limit=-1", "limit=1e9",
      "%73ecret", "=",
    ] {
      let request = WebRequest(
        method: "GET",
        target: "/api/v1/windows?\(query)",
        host: "localhost"
      )
      let answer = router.answer(request)
      #expect(answer.status == 400, "\(query)")
      #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret"))
    }
    #expect(Self.status(router, "/api/v1/fields?field=nonsense") == 404)
    #expect(Self.status(router, "/api/v1/fields?field=amount") == 200)
  }

  @Test func queriesAreDecodedOnce() {
    let request = WebRequest(method: "GET", target: "/x?a=%41+%2541&b&a=2&c=%zz%4")
    #expect(request.path == "/x")
    #expect(request.query == ["a": "A %41", "b": "", "c": "%zz%4"])
  }

  @Test func addressesAreReadAndOnlyLoopbackIsThisMachine() {
    #expect(WebAddress("8080") == WebAddress(host: "127.0.0.1", port: 8_080))
    #expect(WebAddress("[::1]:1") == WebAddress(host: "::1", port: 1))
    #expect(WebAddress("[::1]:1")?.description == "[::1]:1")
    #expect(WebAddress("0.0.0.0:80")?.description == "0.0.0.0:80")
    for text in ["", "x", ":80", "a:b", "a:70000", "::1:80", "a b:80", "[]:80", "[a]:8", "a:-1"] {
      #expect(WebAddress(text) == nil, "\(text)")
    }
    for text in ["localhost:1", "127.0.0.1:1", "127.8.9.1:1", "[::1]:1"] {
      #expect(WebAddress(text)?.isLoopback == true, "\(text)")
    }
    for text in ["0.0.0.0:1", "[::]:1", "127.0.0.1.nip.io:1", "10.0.0.1:1", "localhost.x:1"] {
      #expect(WebAddress(text)?.isLoopback == false, "\(text)")
    }
  }
}
