import Monitoring
import TestSupport
import Testing
import Windowing

/// A small world, explored to its last call: two processes, two partitions of three records each,
/// and each call of any client failing once in each way.
@Suite struct ExhaustiveTests {
  /// Windows close over them, since the broker vouches for their times.
  private static let partitions = [0, 1].map { partition in
    [0, 31, 95].map { minute in
      HostileStream.event(
        second: minute * 60 + partition,
        amount: "\(minute)",
        color: "\"red\"",
        model: "\"1\""
      )
    }
  }

  private static let faults: [Fault] = [
    .crashBefore, .crashAfter, .retriable, .requestLost, .answerLost, .requiresAbort, .fatal,
    .late(by: .seconds(1)), .late(by: .seconds(20)), .markersLate(by: .seconds(5)),
    .disconnected(for: .seconds(8)),
  ]

  private static let rounds = 36

  private static func run(_ strike: (call: Int, fault: Fault)?) throws -> Simulation {
    let stream = try Stream(partitions: partitions)
    let world = try Simulation(stream, seed: 1, strike: strike, timestamps: .broker)
    try world.runStruck(rounds: rounds)
    return world
  }

  @Test func withoutAFaultWindowsClose() throws {
    let world = try Self.run((0, .fatal))
    #expect(world.differences(trust: .broker) == [])
    #expect(world.stream.expected(trust: .broker)[.windows]?.count == 8)
  }

  @Test(arguments: faults)
  func noFaultOfAnyCallShows(fault: Fault) throws {
    let calls = try Self.run((0, fault)).calls
    #expect(calls > 200)
    for call in 1...calls {
      let world = try Self.run((call, fault))
      let findings = world.differences(trust: .broker).filter {
        !Self.isEnd($0, after: fault)
      }
      #expect(findings.isEmpty, "call \(call)")
    }
  }

  /// A process may end where its client is told that nothing helps any more: also that it must
  /// abort a transaction where it has none to abort, which no real client says.
  private static func isEnd(_ finding: String, after fault: Fault) -> Bool {
    guard finding.contains(" ended: ") else { return false }
    switch fault {
    case .fatal, .crashBefore, .crashAfter: return true
    case .requiresAbort:
      return ["produce", "send", "commit", "begin", "abort"].allSatisfy {
        !finding.contains(" \($0) was refused")
      }
    default: return false
    }
  }
}
