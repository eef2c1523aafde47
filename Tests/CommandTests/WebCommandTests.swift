import Foundation
import KafkaClient
import TestSupport
import Testing

/// `--http` of a process that runs, and who asks it.
@Suite(.serialized, .ownThreads) struct WebCommandTests {
  /// A process that serves on a free port, with what it says.
  private struct Served: ~Copyable {
    let bench: RunBench
    let process: Process
    private let log: String

    init(_ arguments: String...) throws {
      let bench = try RunBench()
      let log = try bench.folder.write("", to: "log")
      let errors = try #require(FileHandle(forWritingAtPath: log))
      process = try Command.start(
        ["run", bench.monitor, "-b", bench.cluster.brokers] + arguments,
        errors: errors
      )
      self.log = log
      self.bench = bench
    }

    /// Messages of the log, each line of which is JSON.
    func messages() throws -> [String] {
      try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
        let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(event.map { Set($0.keys) } == ["time", "level", "message"], "\(line)")
        return event?["message"] ?? ""
      }
    }

    func port() throws -> Int {
      var found: Int?
      #expect(
        try comesTrue {
          let line = try messages().first { $0.hasPrefix("dashboard at ") }
          found = line.flatMap { Int($0.split { !$0.isNumber }.last ?? "") }
          return found != nil
        }
      )
      return try #require(found)
    }

    func stop() {
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test(.timeLimit(.minutes(3))) func statusAsksAProcessThatRuns() throws {
    let served = try Served("--http", "127.0.0.1:0")
    let port = try served.port()
    let address = "http://127.0.0.1:\(port)"
    #expect(try comesTrue { try RawConnection.get("/-/ready", port: port).status == 200 })
    try served.bench.produce(from: 0, amount: "null", until: 2_700)
    try served.bench.wait(for: 1, in: "leeway.alerts")
    var text = ""
    #expect(
      try comesTrue {
        text = try Command.run(["status", "--http", address]).output
        return text.contains("AmountPresent")
      }
    )
    #expect(text.hasPrefix("shop at ") && text.contains(": ready; reads 1 partitions, evaluates\n"))
    #expect(text.contains(/\nread +65\n/) && text.contains("\n1 window written, closed through "))
    #expect(text.contains(/AmountPresent +warning +0 +1\n/))
    let healthy = try Command.run(["status", "--http", address, "--healthy"])
    #expect(healthy.status == 0 && healthy.output == "healthy\n")
    let json = try Command.run(["status", "--http", address, "--format", "json"])
    #expect(json.status == 0 && json.output.contains("\"alerts\":{\"pending\":0,\"firing\":1}"))
    served.stop()
    let nobody = try Command.run(["status", "--http", address])
    #expect(nobody.status == 69 && nobody.errors == "leeway: 127.0.0.1: nobody answers\n")
    let gone = try Command.run(["status", "--http", address, "--healthy"])
    #expect(gone.status == 1 && gone.errors == "leeway: 127.0.0.1: nobody answers\n")
  }

  @Test(.timeLimit(.minutes(3))) func aTokenIsWantedAndNeverSaid() throws {
    let folder = try Folder()
    let file = try folder.write("t0ken\n", to: "token")
    let served = try Served("--http", "127.0.0.1:0", "--http-token-file", file)
    let port = try served.port()
    #expect(try RawConnection.get("/metrics", port: port).status == 401)
    let header = ["Authorization: Bearer t0ken"]
    #expect(try RawConnection.get("/metrics", port: port, headers: header).status == 200)
    let address = "http://127.0.0.1:\(port)"
    let refused = try Command.run(["status", "--http", address])
    #expect(refused.status == 70 && refused.errors.contains("401: give --http-token-file"))
    #expect(try Command.run(["status", "--http", address, "--healthy"]).status == 0)
    let asked = try Command.run(["status", "--http", address, "--http-token-file", file])
    #expect(asked.output.hasPrefix("shop at "))
    served.stop()
    #expect(!(try served.messages().joined().contains("t0ken")))
  }

  @Test func aPortThatIsTakenDoesNotEndTheMonitor() throws {
    let other = try HTTPServer()
    let served = try Served("--http", "127.0.0.1:\(other.port)")
    #expect(try comesTrue { try served.messages().contains { $0.hasPrefix("evaluating from") } })
    let taken = "cannot listen on 127.0.0.1:\(other.port): "
    let said = try served.messages().filter { $0.hasPrefix(taken) }
    #expect(said.count == 1 && said[0].contains("Address already in use; "), "\(said)")
    served.stop()
  }

  @Test func whoCanBeReachedByOthersMustSaySo() throws {
    let bench = try RunBench()
    func run(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(["run", bench.monitor, "-b", "127.0.0.1:1"] + arguments)
    }
    for address in ["0.0.0.0:0", "[::]:0", "10.1.2.3:8787"] {
      let open = try run("--http", address)
      #expect(open.status == 64 && open.errors.contains("can be reached by others"), "\(address)")
    }
    #expect(try run("--http", "nonsense").status == 64)
    #expect(try run("--metrics-fields", "1001").status == 64)
    #expect(try run("--http-open", "--http-token-file", "x").status == 64)
    let noToken = try run("--http", "0.0.0.0:0", "--http-token-file", "/no/token")
    #expect(noToken.status == 66 || noToken.status == 69, "\(noToken.errors)")
    #expect(try Command.run(["status"]).status == 64)
    #expect(try Command.run(["status", bench.monitor, "--healthy"]).status == 64)
    #expect(try Command.run(["status", bench.monitor, "--http", "http://a"]).status == 64)
  }
}
