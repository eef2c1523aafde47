import Foundation
import Testing

/// The scenarios that are played on the model alone: what they say of brokers rests on Kafka's
/// sources and its documentation, not on brokers that were watched.
enum Unproven {
  /// The scenarios by name, each with the reason.
  static let scenarios: [String: String] = [
    "aCrashWithinAnyCallLeavesAllOrNothing": withinACall,
    "theDeadSayNothing": "what a dead process is told, only the model can say",
    "aZombieIsRefused": "a test cannot stop the threads of librdkafka in its own process",
    "aSlowMemberIsLeftBehindByARebalance": """
    librdkafka's limit of a rebalance is its max.poll.interval.ms: who is slow leaves by itself
    """,
    "aLateCommitIsForItsTransactionOnly": """
    a broker cannot know which transaction of an epoch a commit was meant for (KIP-890, part 2)
    """,
    "markersMayComeAfterTheAnswer": markers,
    "theNextTransactionWaitsForTheMarkers": markers,
    "aDecidedTransactionIsCompletedByARenewal": markers,
    "aRecordThatIsNotConfirmedInTimeNeedsAnAbort": """
    librdkafka repeats a record until the brokers have given up the transaction
    """,
    "compactionLeavesAloneWhatIsUndecided": """
    a transaction is over before a cleaner is sure to have come
    """,
    "tombstonesMayStayAWhile": "how long they stay is not to be foreseen",
    "withoutVerificationATransactionCanHangForever": "brokers would have to be set up for it",
    "brokersTakeOffsetsOfPartitionsAMemberDoesNotOwn": ourCare,
    "brokersRefuseAnEarlierGeneration": "\(ourCare); KafkaClientTests show it of brokers",
    "rangesAreCutByTopic": "a stage reads the topics of one monitor: all members the same ones",
    "plainCommitsWaitWhileAGenerationIsCompleted": """
    the moment between joining and being given partitions cannot be held
    """,
  ]

  private static let withinACall = "a process that is killed within a call cannot look on"
  private static let markers = "brokers write their markers when they like"
  private static let ourCare = "our client takes care not to ask for it"
}

/// Keeps the list true, and shows it.
@Suite struct UnprovenTests {
  /// The scenarios of this folder, and whether brokers can take part in them.
  private static func scenarios() throws -> [String: Bool] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    var found: [String: Bool] = [:]
    for file in files where file.hasSuffix("Scenarios.swift") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for part in text.components(separatedBy: "@Test").dropFirst() {
        let pieces = part.components(separatedBy: "func ")
        let name = String(pieces[1].prefix { $0 != "(" })
        found[name] = pieces[0].contains("World.all") || pieces[0].contains("World.faulty")
      }
    }
    return found
  }

  @Test func everyScenarioIsPlayedWithBrokersOrSaysWhyNot() throws {
    let scenarios = try Self.scenarios()
    #expect(scenarios.count > 100)
    let alone = scenarios.filter { !$0.value }.keys
    #expect(alone.sorted() == Unproven.scenarios.keys.sorted())
    print("\(scenarios.count - alone.count) scenarios can be played with brokers; unproven are")
    for (name, reason) in Unproven.scenarios.sorted(by: { $0.key < $1.key }) {
      print("  \(name): \(reason)")
    }
  }
}
