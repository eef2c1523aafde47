@testable import Monitoring
@testable import Service
import Testing

/// What stages say while nobody listens.
@Suite struct StageMailboxTests {
  private static func mailbox() throws -> StageMailbox {
    let plan = try HostilePlan.load()
    let board = MonitorBoard(plan: plan, references: try HostilePlan.references())
    return StageMailbox(StageTopics(plan), board: board)
  }

  @Test func ofMessagesOnlySoManyAreKeptAndOfNumbersTheSum() throws {
    let mailbox = try Self.mailbox()
    // 128 bytes are counted for each besides its text: eight fit into 16 MiB.
    let text = String(repeating: "x", count: (2 << 20) - 128)
    for number in 0..<10 {
      mailbox.post(.note(number == 0 ? text.replacing("x", with: "y") : text), from: .collect)
      mailbox.post(.collected(3), from: .collect)
      mailbox.post(.aborted, from: .collect)
    }
    let contents = mailbox.take()
    #expect(contents.messages.count == 8 && contents.omitted == 2)
    guard case .note(let first) = contents.messages.first else {
      Issue.record("\(contents.messages.count)")
      return
    }
    #expect(first.first == "y")
    #expect(contents.read == 30 && mailbox.board.shown.metrics.aborts == 10)
    guard case .note(let omission) = LiveMonitor.Event.omission(of: contents.omitted) else {
      Issue.record("nothing is said")
      return
    }
    #expect(omission == "2 messages were left out, as nobody read the ones before them in time")
    let rest = mailbox.take()
    #expect(rest.messages.isEmpty && rest.omitted == 0 && rest.read == 30)
    #expect(LiveMonitor.Event.omission(of: 0) == nil)
  }

  @Test func alertsAndRequestsAreKeptAndWindowsOnlyCounted() throws {
    let mailbox = try Self.mailbox()
    let records = [Output.windows, .alerts, .retraining, .deadLetters].map {
      OutputRecord(output: $0, key: "k", headers: [], value: Array("\($0)".utf8))
    }
    mailbox.post(.written([], records), from: .evaluate)
    let topics = mailbox.take().messages.map { message -> String in
      guard case .written(let topic, let json) = message else { return "" }
      return topic + " " + String(decoding: json, as: UTF8.self)
    }
    #expect(topics == ["leeway.alerts alerts", "leeway.retraining retraining"])
  }

  @Test func theErrorOfTheStageThatFailedFirstIsKeptAndTheOthersEnd() {
    struct First: Error {}
    struct Second: Error {}
    let stop = StopSignal()
    let outcome = StageOutcome(stopping: stop)
    #expect(outcome.firstError == nil && !stop.isRequested)
    outcome.fail(First())
    outcome.fail(Second())
    #expect(outcome.firstError is First && stop.isRequested)
  }

  @Test func anEmptyNameIsNone() {
    let made = LiveMonitor.Identity(instance: "")
    #expect(!made.instance.isEmpty)
    #expect(LiveMonitor.Identity(instance: "a").instance == "a")
    #expect(LiveMonitor.Identity.instanceLimit == 1_024)
  }
}
