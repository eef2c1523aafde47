import Foundation
import KafkaClient
import Synchronization
import TestSupport
import Testing

@testable import Service

/// A notifier between the embedded broker and a receiver that has its moods.
@Suite(.serialized, .ownThreads) struct NotifierTests {
  private static func cluster(partitions: Int = 1) throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("leeway.alerts", partitions: partitions)
    return cluster
  }

  private static func produce(
    _ records: [AlertRecord],
    _ cluster: borrowing MockCluster
  ) throws {
    try TestTopic.produce([records.map(\.json)], to: "leeway.alerts", at: cluster.brokers)
  }

  private static func webhook(_ server: HTTPServer) throws -> NotificationTarget {
    .webhook(try #require(URL(string: server.address + "/hook")), tokenFile: nil)
  }

  /// The ids of the events of each request.
  private static func ids(_ server: HTTPServer) -> [[String]] {
    server.requests.map { request in
      request.body.matches(of: /"specversion":"1.0","id":"([^"]*)"/).map { String($0.1) }
    }
  }

  private static func group(_ cluster: borrowing MockCluster) throws -> Consumer {
    try Consumer(group: "leeway.notify", settings: KafkaSettings(brokers: cluster.brokers))
  }

  private static func committed(_ cluster: borrowing MockCluster) throws -> Int64? {
    let consumer = try group(cluster)
    return try consumer.committed([TopicPartition("leeway.alerts", 0)])[0]?.offset
  }

  @Test func aGroupThatBeginsIsToldOfWhatFiresAndOfNothingThatIsOver() throws {
    let cluster = try Self.cluster()
    let server = try HTTPServer()
    try Self.produce(
      [
        AlertRecord("over", "firing"), AlertRecord("fires", "firing", group: "g"),
        AlertRecord("over", "resolved"), AlertRecord("waits", "pending"),
        AlertRecord("too", "firing", group: "g").with { $0.rank = 2 },
      ],
      cluster
    )
    let notifier = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { Self.ids(server) == [["fires-firing-0", "too-firing-0"]] })
    #expect(try comesTrue { try Self.committed(cluster) == 5 })
    try Self.produce([AlertRecord("fires", "resolved", group: "h")], cluster)
    #expect(comesTrue { server.requests.count == 2 })
    #expect(Self.ids(server)[1] == ["fires-resolved-0"])
    let tally = notifier.stop()
    #expect(tally?.delivered == 3 && tally?.refused == 0 && tally?.waiting == 0)
    // Who comes next knows what was told, and repeats nothing of it.
    let next = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    try Self.produce(
      [
        AlertRecord("waits", "resolved"), AlertRecord("too", "firing", group: "g"),
        AlertRecord("too", "resolved"),
      ],
      cluster
    )
    #expect(comesTrue { server.requests.count == 3 })
    #expect(try comesTrue { try Self.committed(cluster) == 9 })
    #expect(Self.ids(server)[2...] == [["too-resolved-0"]])
    #expect(next.stop()?.delivered == 1)
  }

  /// Four alerts, two of which are over.
  private static func produceThePast(_ cluster: borrowing MockCluster) throws {
    let past = [
      AlertRecord("a", "firing"), AlertRecord("b", "firing"), AlertRecord("b", "resolved"),
      AlertRecord("c", "firing"), AlertRecord("c", "resolved"), AlertRecord("d", "firing"),
    ]
    try produce(past, cluster)
  }

  @Test func aBeginningThatIsStoppedIsGoneOnWith() throws {
    let cluster = try Self.cluster()
    try Self.produceThePast(cluster)
    let deaf = try HTTPServer { _, _ in .status(500) }
    let first = RunningNotifier(try Self.webhook(deaf), brokers: cluster.brokers)
    #expect(comesTrue { deaf.requests.count > 1 })
    #expect(first.stop()?.waiting == 2)
    // The next one is told half of what fires, and the one behind it the other half; what came
    // meanwhile is news, whether it is over or not.
    try Self.produce([AlertRecord("e", "firing"), AlertRecord("e", "resolved")], cluster)
    let once = try HTTPServer { _, count in .status(count == 0 ? 200 : 500) }
    let second = RunningNotifier(try Self.webhook(once), brokers: cluster.brokers)
    #expect(comesTrue { once.requests.count > 2 })
    #expect(second.stop()?.delivered == 1)
    #expect(Self.ids(once)[..<2] == [["a-firing-0"], ["d-firing-0"]])
    try Self.produce([AlertRecord("a", "resolved")], cluster)
    let server = try HTTPServer()
    let third = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count == 4 })
    #expect(
      Self.ids(server)
        == [["d-firing-0"], ["e-firing-0"], ["e-resolved-0"], ["a-resolved-0"]]
    )
    #expect(try comesTrue { try Self.committed(cluster) == 9 })
    #expect(third.stop()?.delivered == 4)
  }

  @Test func aTopicThatWasMadeAnewIsBegunAnew() throws {
    let cluster = try Self.cluster()
    try Self.produceThePast(cluster)
    let place = TopicPartition("leeway.alerts", 0)
    do {
      let consumer = try Self.group(cluster)
      try consumer.commit([CommittedOffset(place, offset: 100)])
    }
    let deaf = try HTTPServer { _, _ in .status(500) }
    let first = RunningNotifier(try Self.webhook(deaf), brokers: cluster.brokers)
    #expect(comesTrue { deaf.requests.count > 1 })
    #expect(first.stop()?.waiting == 2)
    let anew = "leeway.alerts[0] ends at 6, before 100 that is committed: it was made anew"
    #expect(first.talk.first == anew)
    let server = try HTTPServer()
    let second = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(try comesTrue { try Self.committed(cluster) == 6 })
    #expect(second.stop()?.delivered == 2)
    #expect(Self.ids(server) == [["a-firing-0"], ["d-firing-0"]])
  }

  @Test func whoIsStoppedWhileItReadsHasNothingToTell() throws {
    let cluster = try Self.cluster()
    try Self.produceThePast(cluster)
    let settings = KafkaSettings(brokers: cluster.brokers)
    let consumer = try Self.group(cluster)
    // Until it is given up, no record comes.
    cluster.fail(.fetch, with: Array(repeating: 6, count: 10_000))
    var history = AlertHistory(lowest: nil, settings: settings) { _ in }
    let place = TopicPartition("leeway.alerts", 0)
    let starts = try history.read([place], consumer, unless: { true })
    #expect(starts == nil)
  }

  @Test func whatFailsIsTriedAgainInItsTurnAndWhatIsRefusedIsNamed() throws {
    let cluster = try Self.cluster()
    let answers: [HTTPServer.Answer] = [
      .status(200), .status(503), .status(429), .status(404), .none, .unauthorized,
      .redirect(302, to: "/login"), .redirect(307, to: "/hook"), .status(204), .status(400),
      .status(200),
    ]
    let server = try HTTPServer { _, count in
      count < answers.count ? answers[count] : .status(200)
    }
    let notifier = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    try Self.produce([AlertRecord("first", "firing")], cluster)
    #expect(comesTrue { server.requests.count == 1 })
    try Self.produce(
      [
        AlertRecord("second", "firing"), AlertRecord("bad", "firing"),
        AlertRecord("last", "firing"),
      ],
      cluster
    )
    #expect(comesTrue { server.requests.count == answers.count })
    let second = Array(repeating: ["second-firing-0"], count: 8)
    #expect(
      Self.ids(server) == [["first-firing-0"]] + second + [["bad-firing-0"], ["last-firing-0"]]
    )
    #expect(server.requests.allSatisfy { $0.path == "/hook" })
    #expect(try comesTrue { try Self.committed(cluster) == 4 })
    // The end of what was refused is told: nobody knows what the receiver made of it.
    try Self.produce([AlertRecord("last", "resolved")], cluster)
    #expect(comesTrue { server.requests.count == answers.count + 1 })
    let tally = notifier.stop()
    #expect(tally?.delivered == 4 && tally?.refused == 1)
    #expect(
      notifier.talk == [
        "delivered: firing FeatureStable of flights, 1 alert",
        "not delivered yet, and tried again: it answered 503",
        "not delivered yet, and tried again: it answered 429",
        "not delivered yet, and tried again: it answered 404",
        "not delivered yet, and tried again: the connection ended without an answer",
        "not delivered yet, and tried again: it answered 401",
        "not delivered yet, and tried again: it answered 302",
        "not delivered yet, and tried again: it answered 307",
        "delivered: firing FeatureStable of flights, 1 alert",
        "refused, and not tried again: firing FeatureStable of flights, 1 alert: it answered 400",
        "refused: leeway.alerts[0] offset 2, id bad-firing-0",
        "delivered: firing FeatureStable of flights, 1 alert",
        "delivered: resolved FeatureStable of flights, 1 alert",
      ]
    )
  }

  @Test func whatIsNoAlertIsNamedAndStopsNothing() throws {
    let cluster = try Self.cluster()
    let server = try HTTPServer()
    let old = ["rubbish", AlertRecord("a", "firing").json]
    try TestTopic.produce([old], to: "leeway.alerts", at: cluster.brokers)
    let notifier = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count == 1 })
    let new = ["", "{\"secret\":1}", AlertRecord("b", "firing").json]
    try TestTopic.produce([new], to: "leeway.alerts", at: cluster.brokers)
    #expect(comesTrue { server.requests.count == 2 })
    #expect(notifier.stop()?.malformed == 3)
    #expect(
      notifier.talk == [
        "leeway.alerts[0]: 1 records before offset 2 are no alerts",
        "delivered: firing FeatureStable of flights, 1 alert",
        "leeway.alerts[0] offset 2: no alert that is known here; passed over",
        "leeway.alerts[0] offset 3: no alert that is known here; passed over",
        "delivered: firing FeatureStable of flights, 1 alert",
      ]
    )
  }

  @Test func whoeverIsStoppedWhileNobodyListensLeavesTheRestToTheNext() throws {
    let cluster = try Self.cluster()
    let deaf = try HTTPServer { _, count in .status(count == 0 ? 200 : 500) }
    let notifier = RunningNotifier(try Self.webhook(deaf), brokers: cluster.brokers)
    try Self.produce([AlertRecord("a", "firing")], cluster)
    #expect(comesTrue { deaf.requests.count == 1 })
    try Self.produce([AlertRecord("b", "firing"), AlertRecord("c", "firing")], cluster)
    // Whatever a stage waits for, it stays in its group.
    #expect(comesTrue { deaf.requests.count > 5 })
    let tally = notifier.stop()
    #expect(tally?.delivered == 1)
    #expect(try Self.committed(cluster) == 1)
    let server = try HTTPServer()
    let next = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count == 2 })
    #expect(Self.ids(server) == [["b-firing-0"], ["c-firing-0"]])
    #expect(next.stop()?.delivered == 2)
  }

  @Test func nothingIsLostWhereMembersComeAndGo() throws {
    let cluster = try Self.cluster()
    let isDeaf = Mutex(true)
    let server = try HTTPServer { _, _ in .status(isDeaf.withLock(\.self) ? 500 : 200) }
    func produce(_ alerts: String...) throws {
      try Self.produce(alerts.map { AlertRecord($0, "firing") }, cluster)
    }
    func isTold(_ alert: String) -> Bool { Self.ids(server).contains(["\(alert)-firing-0"]) }
    try produce("a", "b")
    let first = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count > 2 })
    // It is in the midst of a delivery when the other one comes.
    let second = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    let standing = "other members of the group leeway.notify have all partitions; standing by"
    #expect(comesTrue { (first.talk + second.talk).contains(standing) })
    #expect(!isTold("b"))
    isDeaf.withLock { $0 = false }
    #expect(comesTrue { isTold("b") })
    try produce("c")
    #expect(comesTrue { isTold("c") })
    let (leaving, staying) = first.talk.last == standing ? (second, first) : (first, second)
    _ = leaving.stop()
    try produce("d")
    #expect(comesTrue { isTold("d") })
    #expect(staying.stop()?.delivered == 1)
    #expect(Self.ids(server).filter { $0 == ["c-firing-0"] }.count == 1)
    #expect(try Self.committed(cluster) == 4)
  }

  @Test func partitionsHaveAPlaceEach() throws {
    let cluster = try Self.cluster(partitions: 3)
    let server = try HTTPServer()
    let notifier = RunningNotifier(try Self.webhook(server), brokers: cluster.brokers)
    #expect(comesTrue { notifier.talk.isEmpty && (try? Self.committed(cluster)) == 0 })
    let lines = ["a", "b", "c"].map { [AlertRecord($0, "firing").json] }
    try TestTopic.produce(lines, to: "leeway.alerts", at: cluster.brokers)
    #expect(comesTrue { Self.ids(server).flatMap(\.self).count == 3 })
    #expect(
      Set(Self.ids(server).flatMap(\.self)) == ["a-firing-0", "b-firing-0", "c-firing-0"]
    )
    #expect(notifier.stop()?.delivered == 3)
  }

  @Test func whoForgetsIsToldAgainUntilItIsOver() throws {
    let cluster = try Self.cluster()
    let server = try HTTPServer()
    let target = NotificationTarget.alertmanager(
      try #require(URL(string: server.address + "/prefix/")),
      tokenFile: nil
    )
    func told(_ alert: String) -> Int {
      server.requests.count {
        $0.body.contains("\"alert\":\"\(alert)\"") && !$0.body.contains("endsAt")
      }
    }
    try Self.produce([AlertRecord("a", "firing"), AlertRecord("b", "firing")], cluster)
    let notifier = RunningNotifier(target, brokers: cluster.brokers)
    #expect(comesTrue { told("a") > 3 && told("b") > 3 })
    // One that is silenced is left to run out.
    let silenced = AlertRecord("b", "firing").with { ($0.repetition, $0.silencedBy) = (1, "s") }
    try Self.produce([AlertRecord("a", "resolved"), silenced], cluster)
    #expect(comesTrue { server.requests.contains { $0.body.contains("endsAt") } })
    let count = (told("a"), told("b"), server.requests.count)
    try Self.produce([AlertRecord("c", "firing")], cluster)
    #expect(comesTrue { told("c") > 3 })
    #expect(server.requests.allSatisfy { $0.path == "/prefix/api/v2/alerts" })
    #expect(told("a") == count.0 && told("b") <= count.1 + 1 && server.requests.count > count.2)
    _ = notifier.stop()
    // A restart loses none: what was committed long ago still fires.
    let before = told("c")
    let next = RunningNotifier(target, brokers: cluster.brokers)
    #expect(comesTrue { told("c") > before + 1 })
    #expect(told("a") == count.0)
    #expect(next.stop()?.delivered == 0)
  }

  @Test func oneThatIsRefusedKeepsNoOtherFromBeingToldAgain() throws {
    let cluster = try Self.cluster()
    let server = try HTTPServer { request, _ in
      .status(request.body.contains("\"alert\":\"Bad\"") ? 400 : 200)
    }
    let address = try #require(URL(string: server.address))
    let target = NotificationTarget.alertmanager(address, tokenFile: nil)
    let names = (100..<170).map { "a\($0)" }
    try Self.produce([AlertRecord("Bad", "firing", group: "h")], cluster)
    try Self.produce(names.map { AlertRecord($0, "firing", group: "g") }, cluster)
    let first = RunningNotifier(target, brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count > 3 })
    #expect(first.stop()?.refused == 1)
    // Who comes next finds it in the topic, among all that fire.
    let before = server.requests.count
    let second = RunningNotifier(target, brokers: cluster.brokers)
    func requests(_ name: String) -> [HTTPServer.Request] {
      server.requests.dropFirst(before).filter { $0.body.contains("\"alert\":\"\(name)\"") }
    }
    let isTold = comesTrue {
      let bad = requests("Bad").count
      return names.allSatisfy { requests($0).count > bad + 3 }
    }
    // With those beside it, the first by name, and by itself.
    #expect(isTold && requests("Bad").count == 2)
    let tally = second.stop()
    #expect(tally?.delivered == 0 && tally?.refused == 1)
    #expect(
      second.talk == [
        "refused, and not told again: firing FeatureStable of flights, 1 alert: it answered 400",
        "refused: id Bad-firing-0",
      ]
    )
  }

  @Test func anOutageOfTheBrokersEndsNoAlert() throws {
    let cluster = try Self.cluster()
    let server = try HTTPServer()
    let address = try #require(URL(string: server.address))
    let target = NotificationTarget.alertmanager(address, tokenFile: nil)
    try Self.produce([AlertRecord("a", "firing")], cluster)
    let notifier = RunningNotifier(target, brokers: cluster.brokers)
    #expect(comesTrue { server.requests.count > 3 })
    cluster.setReachable(false)
    #expect(comesTrue { notifier.talk.contains { $0.contains("session timed out") } })
    let count = server.requests.count
    #expect(comesTrue { server.requests.count > count + 5 })
    cluster.setReachable(true)
    try Self.produce([AlertRecord("a", "resolved")], cluster)
    #expect(comesTrue { server.requests.contains { $0.body.contains("endsAt") } })
    #expect(notifier.stop()?.delivered == 2)
  }
}
