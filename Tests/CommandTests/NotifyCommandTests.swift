import Foundation
import KafkaClient
import Synchronization
import TestSupport
import Testing

/// `leeway notify` as its users run it.
@Suite(.serialized, .ownThreads) struct NotifyCommandTests {
  /// A broker with an alerts' topic, and a folder.
  private struct Bench: ~Copyable {
    let folder: Folder
    let cluster: MockCluster
    private let log: String

    init() throws {
      let folder = try Folder()
      let cluster = try MockCluster()
      try cluster.createTopic("leeway.alerts", partitions: 1)
      (self.folder, log) = (folder, try folder.write("", to: "log"))
      self.cluster = cluster
    }

    /// Starts the command; the embedded broker hands partitions over only after the session.
    func start(_ arguments: String...) throws -> Process {
      let common = ["notify", "-b", cluster.brokers, "-X", "session.timeout.ms=4000"]
      let errors = FileHandle(forWritingAtPath: log) ?? .nullDevice
      try errors.seekToEnd()
      return try Command.start(common + arguments, errors: errors)
    }

    func produce(_ records: AlertRecord...) throws {
      try TestTopic.produce([records.map(\.json)], to: "leeway.alerts", at: cluster.brokers)
    }

    /// What all processes said.
    func talk() throws -> String { String(decoding: try folder.read("log"), as: UTF8.self) }
  }

  /// Ends a process as SIGTERM does.
  private static func end(_ process: Process) -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func whatWasDeliveredAndNotCommittedIsDeliveredAgainUnderTheSameID() throws {
    let bench = try Bench()
    let victim = Mutex<pid_t>(0)
    let server = try HTTPServer { _, count in
      guard count == 1 else { return .status(200) }
      // It was told, and dies before it hears that it was.
      victim.withLock { _ = kill($0, SIGKILL) }
      return .none
    }
    let first = try bench.start("--webhook", server.address)
    victim.withLock { $0 = first.processIdentifier }
    try bench.produce(AlertRecord("a", "firing"))
    #expect(comesTrue { server.requests.count == 1 })
    try bench.produce(AlertRecord("b", "firing", group: "g"), AlertRecord("c", "firing"))
    first.waitUntilExit()
    #expect(first.terminationReason == .uncaughtSignal)
    let second = try bench.start("--webhook", server.address)
    #expect(comesTrue { server.requests.count == 4 })
    #expect(
      server.requests.map { $0.headers["ce-id"] ?? "" }
        == ["a-firing-0", "b-firing-0", "b-firing-0", "c-firing-0"]
    )
    #expect(server.requests[1].body == server.requests[2].body)
    #expect(server.requests[1].body == "[" + AlertRecord("b", "firing", group: "g").json + "]")
    #expect(Self.end(second) == 0)
  }

  @Test func secretsAreSentAndNeverSaid() throws {
    let bench = try Bench()
    let server = try HTTPServer { _, count in .status(count == 0 ? 503 : 200) }
    let token = try bench.folder.write("token-1\n", to: "token")
    let bearer = try bench.start("--webhook", server.address + "/path-1", "--token-file", token)
    try bench.produce(AlertRecord("a", "firing"))
    #expect(comesTrue { server.requests.count == 2 })
    // It is read anew for each request.
    _ = try bench.folder.write("token-2", to: "token")
    try bench.produce(AlertRecord("b", "firing"))
    #expect(comesTrue { server.requests.count == 3 })
    #expect(Self.end(bearer) == 0)
    #expect(
      server.requests.map { $0.headers["authorization"] ?? "" }
        == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    )
    let type = "application/cloudevents-batch+json; charset=UTF-8"
    #expect(server.requests.allSatisfy { $0.headers["content-type"] == type })
    let basic = try bench.start(
      "--alertmanager",
      "http://user:password-3@127.0.0.1:\(server.port)"
    )
    #expect(comesTrue { server.requests.count > 3 })
    #expect(server.requests[3].headers["authorization"] == "Basic dXNlcjpwYXNzd29yZC0z")
    #expect(Self.end(basic) == 0)
    let talk = try bench.talk()
    #expect(talk.contains("leeway.alerts is told to the webhook at 127.0.0.1:\(server.port)\""))
    #expect(talk.contains("not delivered yet, and tried again: it answered 503\""))
    for secret in ["token-", "path-1", "user", "password", "0.28"] {
      #expect(!talk.contains(secret), "\(secret)")
    }
  }

  @Test func aCommandIsRunOnceForEachGroup() throws {
    let bench = try Bench()
    let script = try bench.folder.write(
      """
      env | grep -E '^LEEWAY_(RULE|STATE|SEVERITY|MONITOR|GROUP|ID)=' | sort >> "$1"
      # What is ignored here would be for whatever the command runs.
      ignored=$(sed -n 's/^SigIgn:[[:space:]]*/0x/p' /proc/self/status)
      [ $((ignored & 0x1000)) = 0 ] || echo "pipes never end" >> "$1"
      cat >> "$1"
      echo >> "$1"
      # The first time it fails.
      [ -e "$1.tried" ] || { touch "$1.tried"; exit 3; }
      """,
      to: "page.sh"
    )
    _ = try bench.folder.write("", to: "told")
    let command = "sh \(script) \(bench.folder.path)/told"
    let process = try bench.start("--exec", command, "--min-severity", "warning")
    let second = AlertRecord("b", "firing", group: "g").with { $0.rank = 2 }
    let first = AlertRecord("a", "firing", group: "g")
    try bench.produce(
      second,
      AlertRecord("i", "firing").with { $0.severity = "info" },
      first,
      AlertRecord("c", "pending", group: "h")
    )
    let run = """
      LEEWAY_GROUP=g
      LEEWAY_ID=a-firing-0
      LEEWAY_MONITOR=flights
      LEEWAY_RULE=FeatureStable
      LEEWAY_SEVERITY=warning
      LEEWAY_STATE=firing
      [\(first.json),\(second.json)]

      """
    let expected = run + run
    #expect(
      try comesTrue { String(decoding: try bench.folder.read("told"), as: UTF8.self) == expected }
    )
    #expect(try comesTrue { try bench.talk().contains("delivered: firing") })
    #expect(Self.end(process) == 0)
    let talk = try bench.talk()
    #expect(talk.contains("leeway.alerts is told to the command /"))
    #expect(talk.contains("not delivered yet, and tried again: the command exited with 3\""))
    #expect(talk.hasSuffix("stopped; 2 alerts delivered\"}\n"), "\(talk)")
  }

  @Test func aRefusalShowsInTheExitCode() throws {
    let bench = try Bench()
    let server = try HTTPServer { _, _ in .status(422) }
    let process = try bench.start("--webhook", server.address)
    try bench.produce(AlertRecord("a", "firing"))
    #expect(try comesTrue { try bench.talk().contains("refused: leeway.alerts[0] offset 0") })
    #expect(Self.end(process) == 1)
    #expect(try bench.talk().hasSuffix("stopped; 0 alerts delivered, 1 refused\"}\n"))
    #expect(server.requests.count == 1)
  }

  @Test func whatIsWrongIsNamed() throws {
    func run(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(["notify"] + arguments)
    }
    let brokers = ["-b", "127.0.0.1:1"]
    let none = try Command.run(["notify"] + brokers)
    #expect(none.status == 64)
    #expect(none.errors.contains("name one of --alertmanager, --webhook and --exec"))
    let two = try Command.run(["notify", "--webhook", "http://a", "--exec", "true"] + brokers)
    #expect(two.status == 64 && two.errors.contains("name one of"))
    #expect(try run("--webhook", "http://a").errors.contains("name the brokers"))
    for wrong in ["ftp://secret", "secret", "http://", "http:/secret", ""] {
      let address = try Command.run(["notify", "--webhook", wrong] + brokers)
      #expect(address.status == 64, "\(wrong)")
      #expect(address.errors.contains("--webhook: no URL such as http://host:port"))
      #expect(!address.errors.contains("secret"))
    }
    let program = try Command.run(["notify", "--exec", "no-such-program x"] + brokers)
    #expect(program.status == 66)
    #expect(program.errors.contains("there is no program no-such-program that could be run"))
    let token = ["--token-file", "/no/token"]
    let unreadable = try Command.run(["notify", "--webhook", "http://a"] + token + brokers)
    #expect(unreadable.status == 66 && unreadable.errors.contains("/no/token"))
    #expect(try Command.run(["notify", "--exec", "true"] + token + brokers).status == 64)
    let severity = ["--min-severity", "bad"]
    #expect(try Command.run(["notify", "--exec", "true"] + severity + brokers).status == 64)
    let prefix = try Command.run(["notify", "--exec", "true", "--prefix", "a b"] + brokers)
    #expect(prefix.status == 64 && prefix.errors.contains("--prefix a b"))
    let nobody = try Command.run(["notify", "--exec", "true"] + brokers)
    #expect(nobody.status == 69 && nobody.errors.contains("127.0.0.1:1"))
    let cluster = try MockCluster()
    let missing = try run("--exec", "true", "--prefix", "shop", "-b", cluster.brokers)
    #expect(missing.status == 66)
    #expect(
      missing.errors.hasSuffix(
        "the topic shop.alerts does not exist at \(cluster.brokers); `leeway init` "
          + "creates it\"}\n"
      )
    )
  }
}
