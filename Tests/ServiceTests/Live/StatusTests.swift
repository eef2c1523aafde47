import Foundation
import KafkaClient
import Monitoring
import Records
import Reference
import Rules
@testable import Service
import Synchronization
import TestSupport
import Testing

/// What Kafka holds of a monitor, and what a run measures of itself.
@Suite(.serialized, .ownThreads) struct StatusTests {
  /// A monitor of two partitions on an embedded broker: fifteen records, of which nobody has read
  /// any.
  private struct Bench: ~Copyable {
    let plan: Plan
    let references: References
    let cluster: MockCluster
    var settings: KafkaSettings { KafkaSettings(brokers: cluster.brokers) }

    init() throws {
      let folder = try Folder()
      let profile = try Rows(HostileStream.reference).learn(time: "at").profile
      _ = try folder.write(profile.json, to: "reference.json")
      // The embedded broker's transactions promise nothing.
      let text = HostileStream.monitor + "\ndelivery: at_least_once\n"
      let loaded = try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
      let plan = try #require(loaded.plan, "\(loaded.report)")
      let cluster = try MockCluster()
      try cluster.createTopic("orders", partitions: 2)
      let names = StageTopics(plan)
      for topic in names.outputs + [names.partials, names.state, names.control] {
        try cluster.createTopic(topic, partitions: 1)
      }
      try TestTopic.produce(HostileStream.fates, to: "orders", at: cluster.brokers)
      (self.plan, references) = (plan, References(profile))
      self.cluster = cluster
    }

    func produce(_ partitions: [[String]]) throws {
      try TestTopic.produce(partitions, to: "orders", at: cluster.brokers)
    }

    func status(group: String? = nil) throws -> MonitorStatus {
      try MonitorStatus.read(plan, settings: settings, group: group)
    }

    /// Runs the monitor over all there is.
    func run() throws -> RunMetrics {
      let board = MonitorBoard(plan: plan, references: references)
      var live = LiveMonitor(
        plan: plan,
        references: references,
        settings: settings,
        board: board,
        stopsAtEnd: true
      )
      _ = try live.run(until: StopSignal())
      return board.shown.metrics
    }
  }

  private static let news = [[7_230], [30, 40]].map { $0.map(HostileStream.event(second:)) }

  private static func time(_ second: Int64) -> Timestamp {
    Timestamp(microseconds: (1_600_000_000 + second) * 1_000_000)
  }

  @Test func beforeTheFirstRunAllThatIsThereIsStillToBeRead() throws {
    let bench = try Bench()
    let status = try bench.status()
    #expect(!status.hasRun && status.isIntact && status.evaluation == nil)
    #expect(status.sources.map(\.committed) == [nil, nil])
    #expect(status.sources.map(\.end) == [12, 3])
    #expect(status.sources.map(\.lag) == [12, 3] && status.lag == 15)
    #expect(status.sources.map(\.watermark) == [nil, nil])
    #expect(status.partials.committed == nil && status.partials.end == 0)
    #expect(status.lastSnapshot == nil && status.eventLag == nil)
  }

  @Test func afterARunEveryRecordIsAccountedFor() throws {
    let bench = try Bench()
    _ = try bench.run()
    let status = try bench.status()
    #expect(status.hasRun && status.isIntact && status.monitor == "shop")
    let evaluation = try #require(status.evaluation)
    #expect(evaluation.records.read == 15 && evaluation.records.accepted == 10)
    #expect(evaluation.records.late == 1 && evaluation.records.filtered == 2)
    #expect(evaluation.records.rejected.map(\.reason) == [.badJSON, .notAnObject])
    #expect(evaluation.records.rejected.map(\.count) == [1, 1])
    #expect(evaluation.isConserved && evaluation.violations == 0)
    #expect(evaluation.windows == 3)
    #expect(evaluation.closedThrough?.description == "2020-09-13T15:00:00Z")
    #expect(status.sources.map(\.committed) == [12, 3])
    #expect(status.sources.map(\.lag) == [0, 0])
    #expect(status.sources.map(\.watermark) == [Self.time(7_200), Self.time(0)])
    #expect(status.sources.map { status.delay(of: $0) } == [0, 7_200])
    #expect(status.partials.committed == status.partials.end && status.partials.lag == 0)
    let snapshot = try #require(status.lastSnapshot)
    #expect(snapshot <= status.time && snapshot > Timestamp(microseconds: 1_700_000_000_000_000))
    // Another group of the same monitor has read nothing.
    let other = try bench.status(group: "other")
    #expect(!other.hasRun && other.lag == 15)
    #expect(other.partials.end == status.partials.end && other.partials.lag == other.partials.end)
  }

  @Test func whatCameSinceIsLag() throws {
    let bench = try Bench()
    _ = try bench.run()
    try bench.produce(Self.news)
    let status = try bench.status()
    #expect(status.sources.map(\.committed) == [12, 3])
    #expect(status.sources.map(\.end) == [13, 5])
    #expect(status.sources.map(\.lag) == [1, 2] && status.lag == 3)
    #expect(status.evaluation?.records.read == 15)
  }

  @Test func aRunMeasuresItself() throws {
    let bench = try Bench()
    let metrics = try bench.run()
    // Each stage has committed at least once.
    #expect(metrics.commits >= 2 && metrics.aborts == 0)
    #expect(metrics.commitSeconds > 0 && metrics.commitSeconds < 60)
    #expect(metrics.auditViolations == 0)
    #expect(metrics.lagRecords == 0)
    let restore = try #require(metrics.restoreSeconds)
    #expect(restore > 0 && restore < 60)
  }

  @Test func aRunningMonitorMeasuresHowFarEventTimeIsBehind() throws {
    let bench = try Bench()
    let (plan, references, settings) = (bench.plan, bench.references, bench.settings)
    let (stop, outcome) = (StopSignal(), Outcome())
    let thread = Thread {
      let board = MonitorBoard(plan: plan, references: references)
      var live = LiveMonitor(plan: plan, references: references, settings: settings, board: board)
      let result = Result { try live.run(until: stop) }.map { _ in board.shown.metrics }
      outcome.metrics.withLock { $0 = result }
    }
    thread.start()
    var tries = 0
    while try bench.status().evaluation?.records.read != 15, tries < 600 {
      tries += 1
      Thread.sleep(forTimeInterval: 0.1)
    }
    let start = Date().timeIntervalSince1970.rounded(.down)
    stop.request()
    while outcome.metrics.withLock({ $0 == nil }) { Thread.sleep(forTimeInterval: 0.01) }
    let metrics = try #require(try outcome.metrics.withLock(\.self)?.get())
    #expect(metrics.lagRecords == 0)
    let seconds = try #require(metrics.lagSeconds)
    // The slowest partition's watermark stands at the first second of all.
    #expect(seconds >= start - 1_600_000_000)
    #expect(seconds <= Date().timeIntervalSince1970 - 1_600_000_000)
  }

  private final class Outcome: Sendable {
    let metrics = Mutex<Result<RunMetrics, any Error>?>(nil)
  }

  @Test func recordsThatAreReadAndNotCommittedAreLag() throws {
    let bench = try Bench()
    let time = ManualTime()
    var events: [StageEvent] = []
    let names = StageTopics(bench.plan)
    let stage = StageSettings(
      plan: bench.plan,
      references: bench.references,
      names: names,
      collector: CollectorName(lineage: 1, instance: "a", incarnation: 1),
      clock: StageClock(now: { time.now }, wallSecond: { 0 }, sleep: { time.now += $0 })
    )
    let log = try KafkaLog(
      settings: bench.settings,
      group: names.collectors,
      topics: ["orders"],
      transactionalID: "a",
      delivery: .atLeastOnce
    ) { _ in }
    var loop = CollectLoop(stage, log: log) { events.append($0) }
    #expect(loop.lag() == 0)
    for _ in 0..<600 where loop.positions.isEmpty { try loop.turn() }
    #expect(loop.lag() == 15 && loop.uncommitted == 0)
    // No time passes, so that it is never time to commit.
    for _ in 0..<600 where loop.uncommitted < 15 { try loop.turn() }
    #expect(loop.positions.map(\.offset) == [12, 3])
    #expect(loop.lag() == 15)
    time.now += .seconds(2)
    try loop.turn()
    #expect(events.contains { if case .collected(15) = $0 { true } else { false } })
    #expect(loop.lag() == 0)
    try bench.produce(Self.news)
    #expect(loop.lag() == 3)
  }

  private final class ManualTime {
    var now = Duration.zero
  }

  @Test func ageGrowsFromTheLastWatermarkWhileEveryPartitionIsSilent() {
    let time = ManualTime()
    var meter = LagMeter(
      StageClock(
        now: { time.now },
        wallSecond: { 1_600_000_000 + time.now.components.seconds },
        sleep: { time.now += $0 }
      )
    )
    #expect(!meter.isDue() && meter.age(of: nil) == nil)
    time.now = .seconds(5)
    #expect(meter.isDue() && !meter.isDue())
    #expect(meter.age(of: Self.time(-60)) == 65)
    time.now = .seconds(9)
    #expect(!meter.isDue() && meter.age(of: nil) == 69)
    time.now = .seconds(10)
    #expect(meter.isDue() && meter.age(of: Self.time(0)) == 10)
    // Another process goes on with it.
    meter.forget()
    #expect(meter.age(of: nil) == nil)
  }

  @Test func whenEveryPartitionIsSilentTheNewestInstantCounts() throws {
    let bench = try Bench()
    _ = try bench.run()
    var status = try bench.status()
    status.time = Self.time(7_260)
    status.evaluation?.watermark = Self.time(0)
    #expect(status.eventLag == 7_260 && status.silentSince == nil)
    status.evaluation?.watermark = nil
    #expect(status.eventLag == 60 && status.silentSince == Self.time(7_200))
    // A partition of which nothing is known may still hold windows open.
    status.sources[1].watermark = nil
    #expect(status.eventLag == nil && status.silentSince == nil)
    status.evaluation = nil
    #expect(status.eventLag == nil)
  }

  @Test func offsetsOfSomebodyElseAreNamed() throws {
    let bench = try Bench()
    let names = StageTopics(bench.plan)
    for (group, place) in [
      (names.evaluators, TopicPartition(names.partials, 0)),
      (names.collectors, TopicPartition("orders", 1)),
    ] {
      let consumer = try Consumer(group: group, settings: bench.settings)
      try consumer.commit([CommittedOffset(place, offset: 2, metadata: "mine")])
      let error = #expect(throws: KafkaError.self) { try bench.status() }
      #expect(error?.code == .badSetting)
      #expect(
        error?.message == "the committed offset of \(place) was not written by leeway; use another "
          + "group (-G)"
      )
    }
  }

  @Test func whatMayNotBeReadIsNamedAndTheRestIsShown() throws {
    let bench = try Bench()
    _ = try bench.run()
    let names = StageTopics(bench.plan)
    let refused = [names.state, names.control]
    for topic in refused { bench.cluster.refuse(topic) }
    let status = try bench.status()
    #expect(status.hasRun && status.isIntact && status.lag == 0)
    #expect(status.lastSnapshot == nil && status.versions.isEmpty && status.requests.isEmpty)
    let reason = "Broker: Topic authorization failed (TOPIC_AUTHORIZATION_FAILED)"
    #expect(status.unread == refused.map { "\($0) may not be read: topic \($0): \(reason)" })
  }

  @Test func aMissingSourceIsNamed() throws {
    let bench = try Bench()
    let empty = try MockCluster()
    let error = #expect(throws: KafkaError.self) {
      try MonitorStatus.read(bench.plan, settings: KafkaSettings(brokers: empty.brokers))
    }
    #expect(error?.code == .unknownTopic)
    #expect(error?.message == "topic orders does not exist at \(empty.brokers)")
  }
}
