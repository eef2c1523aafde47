import Drift
import Monitoring
import Records
import Reference
import Rules
import TestSupport
import Windowing

/// A monitor in memory: events in as lines, records out.
struct World {
  var plan: Plan
  var references: References
  var limits = Limits()

  /// How a stream is fed; no choice of these may change a byte that comes out.
  struct Feeding {
    /// Decides which partition comes next; nil for one after the other.
    var interleaving: UInt64?
    /// Records decoded at once.
    var batch = 100
    /// Batches between two commits.
    var commit = 1
    /// Collectors that share the partitions.
    var collectors = 1
    /// Batches after which all collectors die, and others go on from their last commits.
    var life: Int?
    /// The broker's time of every record; nil as from files.
    var brokerMilliseconds: Int64?
    /// Seed of the log between the stages; nil when they are joined directly.
    var log: UInt64?
  }

  /// What came of a run.
  struct Run {
    var records: [OutputRecord] = []
    var outcomes: [Outcome] = []
    var deadLetters: [DeadLetter] = []
    var tally = StreamTally()

    var windows: [WindowResult] {
      outcomes.compactMap { if case .window(let result) = $0 { result } else { nil } }
    }
    var alerts: [Alert] {
      outcomes.compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
    }
    var requests: [RetrainRequest] {
      outcomes.compactMap { if case .retrain(let request) = $0 { request } else { nil } }
    }
    /// Partition, offset and reason of each record that could not be used, in order.
    var letters: [String] {
      deadLetters.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
        .map { "\($0.partition):\($0.offset) \($0.reason.rawValue)" }
    }
    var text: [String] { records.map { String(decoding: $0.value ?? [], as: UTF8.self) } }
  }

  /// Checks the files; a mistake in them fails the test that made them.
  init(
    monitor: String,
    rules: [String] = [],
    reference: [String],
    own: [String: [String]] = [:],
    time: String = "at",
    naturalWindow: Duration? = nil,
    segments: [String] = [],
    prediction: String? = nil
  ) throws {
    let learn = { (rows: [String]) in
      try Rows(rows).learn(
        time: time,
        window: naturalWindow,
        segments: segments,
        prediction: prediction
      ).profile
    }
    references = References(
      try learn(reference),
      own: try own.map { References.Own(version: $0, profile: try learn($1)) }
    )
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: rules.enumerated().map { SourceText(file: "rules\($0).yaml", text: $1) },
      schema: ReferenceSchema(references.standard),
      own: Dictionary(
        uniqueKeysWithValues: references.own.map { ($0.version, ReferenceSchema($0.profile)) }
      )
    )
    guard let plan = result.plan else { throw BadFiles(report: result.report) }
    self.plan = plan
  }

  struct BadFiles: Error {
    var report: String
  }

  /// As a version of a monitor.
  func version(_ number: Int64 = MonitorVersion.first, from: Timestamp? = nil) -> MonitorVersion {
    MonitorVersion(
      number: number,
      from: from,
      plan: plan,
      references: references,
      limits: limits
    )
  }

  /// Feeds partitions of lines to their ends.
  func run(_ partitions: [[String]], _ feeding: Feeding = Feeding()) -> Run {
    var machines = Machines(self, partitions.count, feeding)
    var generator = feeding.interleaving.map { SplitMix64(seed: $0) }
    var batches = 0
    while let index = next(partitions, machines.positions, &generator) {
      let lines = partitions[index][machines.positions[index]...].prefix(feeding.batch)
      machines.feed(Array(lines), partition: index)
      batches += 1
      if batches.isMultiple(of: feeding.commit) { machines.commit() }
      if let life = feeding.life, batches.isMultiple(of: life) { machines.kill() }
    }
    return machines.end()
  }

  private func next(
    _ partitions: [[String]],
    _ positions: [Int],
    _ generator: inout SplitMix64?
  ) -> Int? {
    let open = partitions.indices.filter { positions[$0] < partitions[$0].count }
    guard var random = generator else { return open.first }
    defer { generator = random }
    return open.randomElement(using: &random)
  }
}
