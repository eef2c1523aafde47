import Foundation
import KafkaClient
import Reference
import Rules
import Service
import TestSupport

/// A monitor in which every window ends with an alert: one field is there in every other window.
struct Bench {
  private static let windows = 300
  /// Windows before the first that counts: groups are joined and topics found meanwhile.
  private static let warmUp = 20
  private static let recordsPerWindow = 40
  /// So many records behind a window's end close it: two bad clocks must not be able to.
  private static let closingRecords = 3
  private static let patience = Duration.seconds(60)

  private let brokers: String
  private let prefix: String
  private let plan: Plan
  private let references: References

  /// A monitor of its own topics on these brokers.
  init(brokers: String, prefix: String, delivery: String) throws {
    (self.brokers, self.prefix) = (brokers, prefix)
    let rows = (0..<100).map { "{\"at\":\($0),\"amount\":\($0 % 10)}" }
    let profile = try Rows(rows).learn(time: "at").profile
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "leeway-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(profile.json).write(to: folder.appending(path: "reference.json"))
    try Data(Self.rules.utf8).write(to: folder.appending(path: "rules.yaml"))
    let file = folder.appending(path: "monitor.yaml")
    try Data(Self.monitor(prefix, delivery).utf8).write(to: file)
    let loaded = try MonitorLoader.load(file.path)
    guard let plan = loaded.plan else { throw BenchError(description: loaded.report) }
    (self.plan, references) = (plan, References(profile))
  }

  private static let rules = """
    version: 1
    rules:
      - name: AmountPresent
        expect: missing(amount) < 50%
    """

  private static func monitor(_ prefix: String, _ delivery: String) -> String {
    """
    version: 1
    monitor: latency
    source: { topics: [\(prefix).events] }
    fields: { time: at }
    reference: reference.json
    window: { size: 1m }
    rules: [rules.yaml]
    output: { prefix: \(prefix) }
    delivery: \(delivery)
    """
  }

  /// All topics of the benchmark.
  static func topics(prefix: String) -> [String] {
    let names = [
      "events", "windows", "alerts", "retraining", "dead-letters", "latency.partials",
      "latency.state", "control",
    ]
    return names.map { "\(prefix).\($0)" }
  }

  /// Makes the topics as `leeway init` does.
  func createTopics() throws {
    let settings = KafkaSettings(brokers: brokers)
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    for outcome in try admin.create([NewTopic("\(prefix).events", partitions: 1)]) {
      if case .failed(let error) = outcome { throw error }
    }
    let outcomes = try TopicSetup.create(
      plan,
      settings: settings,
      partitions: 1,
      replication: nil
    )
    for outcome in outcomes where !outcome.isUsable {
      throw BenchError(description: "\(outcome.topic): \(outcome.result)")
    }
  }

  /// Feeds the monitor for half a minute.
  ///
  /// - Returns: For each window that counts, the time from the acknowledgement of the record that
  ///   closed it until a reader of committed records had its alert.
  func run() throws -> [Duration] {
    let stop = StopSignal()
    let monitor = MonitorThread(plan, references, brokers: brokers, until: stop)
    let reader = AlertReader("\(prefix).alerts", brokers: brokers, until: stop)
    defer { stop.request() }
    try wait("the monitor has its partitions") { try monitor.isReady }
    var closed = try feed(0..<Self.warmUp)
    try wait("the first alerts") {
      try monitor.isReady && reader.arrivals.count >= Self.warmUp - 1
    }
    closed += try feed(Self.warmUp..<Self.windows)
    try wait("the last alerts") {
      try monitor.isReady && reader.arrivals.count >= Self.windows - 1
    }
    stop.request()
    try wait("the monitor stops") { monitor.hasEnded }
    let arrivals = reader.arrivals
    return try closed[Self.warmUp...].map { end, acknowledged in
      guard let arrival = arrivals[end] else {
        throw BenchError(description: "no alert for the window that ends at \(end)")
      }
      return arrival - acknowledged
    }
  }

  /// Produces windows at uneven intervals around a tenth of a second, so that they close at all
  /// moments between two commits.
  ///
  /// - Returns: Each window's end, and when the record that closed it was acknowledged.
  private func feed(_ range: Range<Int>) throws -> [(end: String, at: ContinuousClock.Instant)] {
    var settings = KafkaSettings(brokers: brokers)
    settings.set("linger.ms", "0")
    var producer = try Producer(settings: settings)
    var random = SplitMix64(seed: UInt64(range.lowerBound))
    var closed: [(end: String, at: ContinuousClock.Instant)] = []
    for window in range {
      for record in 0..<Self.recordsPerWindow {
        let event = Array(Self.event(window, record).utf8)
        try producer.produce(
          to: "\(prefix).events",
          partition: 0,
          key: nil,
          payload: event.span
        )
        guard record == Self.closingRecords - 1 else { continue }
        try producer.flush(within: Self.patience)
        if window > 0 { closed.append((Self.start(of: window), .now)) }
      }
      try producer.flush(within: Self.patience)
      Thread.sleep(forTimeInterval: Double.random(in: 0.05...0.15, using: &random))
    }
    return closed
  }

  private static let firstMinute = 26_666_667

  private static func event(_ window: Int, _ record: Int) -> String {
    let second = (firstMinute + window) * 60 + record
    return "{\"at\":\(second),\"amount\":\(window.isMultiple(of: 2) ? "null" : "\(record % 10)")}"
  }

  /// The start of a window is the end of the one before it.
  private static func start(of window: Int) -> String {
    Date(timeIntervalSince1970: Double(firstMinute + window) * 60).formatted(.iso8601)
  }

  private func wait(_ what: String, until isDone: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + Self.patience
    while try !isDone() {
      guard ContinuousClock.now < deadline else {
        throw BenchError(description: "waited for \(Self.patience): \(what)")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}

/// Why there are no figures.
struct BenchError: Error, CustomStringConvertible {
  let description: String
}
