import KafkaClient
import Records
import Reference
import Rules
import TestSupport
import Testing

@testable import Service

/// Publishing to an embedded broker.
@Suite(.serialized, .ownThreads) struct VersionPublisherTests {
  private static let instant = Timestamp(microseconds: 1_700_000_000_000_000)

  /// A monitor's files, and a broker with its control topic.
  private struct Bench: ~Copyable {
    let folder: Folder
    let cluster: MockCluster

    init() throws {
      let folder = try Folder()
      let profile = try Rows(HostileStream.reference).learn(time: "at").profile
      _ = try folder.write(profile.json, to: "reference.json")
      let cluster = try MockCluster()
      self.folder = folder
      self.cluster = cluster
    }

    /// All that a process looks for before it begins.
    func createTopics() throws {
      let plan = try #require(try monitor("0.2").plan)
      for topic in plan.source.topics + TopicPolicy.all(plan).map(\.name) {
        try cluster.createTopic(topic, partitions: 1)
      }
    }

    /// The monitor with a rule of a threshold.
    func monitor(
      _ threshold: String,
      _ more: String = "",
      window: String = "1h"
    ) throws -> LoadedMonitor {
      let rules = """
        version: 1
        rules:
          - name: Stable
            each: features
            expect: drift < \(threshold)
        """
      _ = try folder.write(Array(rules.utf8), to: "rules.yaml")
      let text =
        HostileStream.monitor.replacing("size: 1h", with: "size: \(window)")
        + "\nrules: [rules.yaml]\ndelivery: at_least_once\n" + more
      return try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
    }

    func publisher(_ monitor: LoadedMonitor) throws -> VersionPublisher {
      let settings = KafkaSettings(brokers: cluster.brokers)
      return try #require(VersionPublisher(monitor, settings: settings), "\(monitor.report)")
    }

    func publish(_ monitor: LoadedMonitor, from: Timestamp? = nil) throws -> Int64? {
      guard case .published(let publication, _) = try publisher(monitor).publish(from: from) else {
        return nil
      }
      #expect(publication.version == monitor.version && publication.from == from)
      #expect(publication.bundle == monitor.bundle)
      return publication.offset
    }
  }

  /// What a refusal says.
  private static func refusal(_ body: () throws -> Void) -> PublishRefusal? {
    do { try body() } catch { return error as? PublishRefusal }
    return nil
  }

  @Test func aVersionIsPublishedOnce() throws {
    let bench = try Bench()
    try bench.cluster.createTopic("leeway.control", partitions: 1)
    let (first, second) = (try bench.monitor("0.2"), try bench.monitor("0.3"))
    #expect(try bench.publish(first) == 1)
    #expect(try bench.publish(first) == nil)
    #expect(try bench.publish(second, from: Self.instant) == 3)
    #expect(try bench.publish(second, from: Self.instant) == nil)
    #expect(try bench.publish(first) == 5)
    let topic = ControlTopic(
      try #require(first.plan),
      settings: KafkaSettings(brokers: bench.cluster.brokers)
    )
    var log = try topic.read()
    #expect(log.problems == [] && log.publications(of: "shop").map(\.offset) == [1, 3, 5])
    let before = log.next
    #expect(try bench.publish(second) == 7)
    try topic.read(into: &log)
    #expect(before == 6 && log.next == 8)
    #expect(log.publications(of: "shop").map(\.offset) == [1, 3, 5, 7])
  }

  @Test func whoStartsWithFilesPublishesThemOnlyWhenNobodyEverDid() throws {
    let bench = try Bench()
    try bench.createTopics()
    let (first, second) = (try bench.monitor("0.2"), try bench.monitor("0.3"))
    for _ in 0..<2 {
      let joined = try bench.publisher(first).join()
      #expect(joined.plan == first.plan && joined.references == first.references)
      #expect(joined.notes == [])
    }
    #expect(try bench.publish(second, from: Self.instant) == 3)
    // Files that are not rolled out yet take nothing back.
    let (old, new) = (
      VersionName.short(try #require(first.version)),
      VersionName.short(try #require(second.version))
    )
    let late = try bench.publisher(first).join()
    #expect(
      late.notes == [
        "these files are version \(old); version \(new) was published behind it and follows it. "
          + "`leeway publish` makes them the newest again"
      ]
    )
    let third = try bench.monitor("0.4")
    let joined = try bench.publisher(third).join()
    #expect(joined.plan == first.plan)
    #expect(
      joined.notes == [
        "version \(VersionName.short(try #require(third.version))) is new here and published: it "
          + "judges from the first window that begins behind everything counted so far"
      ]
    )
    let topic = ControlTopic(
      try #require(first.plan),
      settings: KafkaSettings(brokers: bench.cluster.brokers)
    )
    let all = try topic.read().publications(of: "shop")
    #expect(all.map(\.offset) == [1, 3, 5] && all.map(\.from) == [nil, Self.instant, nil])
    #expect(all.map(\.version) == [first.version, second.version, third.version])
  }

  /// A window that is one pane by itself, and a million of the panes that are counted in.
  @Test func stateIsMeasuredInThePanesThatAreCountedIn() throws {
    let bench = try Bench()
    try bench.cluster.createTopic("leeway.control", partitions: 1)
    #expect(try bench.publish(try bench.monitor("0.2", window: "1m")) == 1)
    let large = try bench.monitor("0.2", window: "9000h")
    let refusal = Self.refusal { _ = try bench.publish(large) }
    #expect(refusal?.code == .tooLarge)
    #expect(refusal?.message.contains("540012 panes") == true, "\(refusal?.message ?? "none")")
  }

  @Test func whatCannotFollowIsRefused() throws {
    let bench = try Bench()
    try bench.createTopics()
    let first = try bench.monitor("0.2")
    let early = Self.refusal { _ = try bench.publish(first, from: Self.instant) }
    #expect(early?.code == .nothingToReplace)
    #expect(
      early?.message == "nothing of shop is published yet that could be in force until "
        + "2023-11-14T22:13:20Z; the first version judges all windows"
    )
    #expect(try bench.publish(first) == 1)
    let other = try bench.monitor("0.2", "max_future: 10m\n")
    let name = VersionName.short(try #require(first.version))
    let messages = [
      Self.refusal { _ = try bench.publish(other) },
      Self.refusal { _ = try bench.publisher(other).join() },
    ]
    #expect(
      messages.map { $0?.message }
        == Array(
          repeating: "cannot follow version \(name): max_future is 10m, and 5m in the version "
            + "before; all versions of a monitor have the same: give the monitor another name",
          count: 2
        )
    )
    #expect(messages.allSatisfy { $0?.code == .doesNotFollow })
  }

  @Test func aTopicThatIsMissingOrWrongIsNamed() throws {
    func failure(_ bench: borrowing Bench, _ monitor: LoadedMonitor) -> KafkaError? {
      do { _ = try bench.publish(monitor) } catch { return error as? KafkaError }
      return nil
    }
    let bench = try Bench()
    let monitor = try bench.monitor("0.2")
    let missing = failure(bench, monitor)
    #expect(missing?.code == .unknownTopic)
    #expect(
      missing?.message
        == "the topic leeway.control does not exist; create it with `leeway init`"
    )
    try bench.cluster.createTopic("leeway.control", partitions: 2)
    let wrong = failure(bench, monitor)
    #expect(wrong?.code == .badSetting)
    #expect(wrong?.message == "topic leeway.control has 2 partitions, and must have 1")
  }

  /// One broker has made it just now, and the one that leads it has not heard of that.
  @Test func aTopicThatIsNewIsWaitedFor() throws {
    let bench = try Bench()
    let monitor = try bench.monitor("0.2")
    try bench.createTopics()
    bench.cluster.fail(.listOffsets, with: [3, 3, 3, 3, 3])
    #expect(try bench.publish(monitor) != nil)
  }

  @Test func aLargeVersionArrivesInPieces() throws {
    let bench = try Bench()
    try bench.cluster.createTopic("leeway.control", partitions: 1)
    // What a comment says is no secret, and does not compress.
    var random = SplitMix64(seed: 3)
    let words = (0..<30_000).map { _ in "# \(UInt64.random(in: .min ... .max, using: &random))\n" }
    let monitor = try bench.monitor("0.2", words.joined())
    #expect(monitor.version == (try bench.monitor("0.2").version))
    #expect(try bench.publish(monitor) == 2)
  }
}
