import Monitoring
import Records
import Reference
import Rules
import TestSupport
import Windowing

@testable import Service

/// What a simulated monitor reads, and all it must come to.
struct Stream {
  let plan: Plan
  let references: References
  /// The events of each partition of the source.
  let partitions: [[String]]
  /// What its processes hold at most.
  var limits = Limits()

  /// The monitor's files.
  let bundle: MonitorBundle

  struct BadFiles: Error { var report: String }

  /// The monitor of all simulated streams: the reference is learned once.
  private static let monitor = Result { try bundle { $0 } }

  private static let profile = Result {
    try Rows(HostileStream.reference).learn(points: 100, time: "at").profile.json
  }

  private static let secondProfile = Result {
    try Rows(Array(HostileStream.reference.prefix(700))).learn(points: 30, time: "at").profile.json
  }

  private static func bundle(_ edit: (String) -> String) throws -> MonitorBundle {
    func file(_ name: String, _ text: String) -> MonitorBundle.File {
      MonitorBundle.File(name: name, bytes: Array(edit(text).utf8))
    }
    let monitor = HostileStream.monitor + "\nidle_after: off\nrules: [rules.yaml]"
    return MonitorBundle(
      monitor: file("monitor.yaml", monitor),
      files: [
        file("rules.yaml", HostileStream.rules),
        MonitorBundle.File(name: "reference.json", bytes: try profile.get()),
        MonitorBundle.File(name: "reference-2.json", bytes: try secondProfile.get()),
      ]
    )
  }

  /// Adds rules on the series of a metric, on the previous window and on two model versions.
  static let remembering = (
    "triggers:",
    """
      - name: Steady
        each: numeric
        expect: page_hinkley(mean) < 1 and cusum(count) < 1 and psi(previous) < 3
        window: 15m
      - name: Even
        expect: ks(amount, previous) < 0.2
        window: { size: 2h, every: 1h }
      - name: Various
        expect: distinct(amount) > 40 and uniqueness(color) < 1% and length(color, max) < 6
        window: 15m
      - name: Alike
        each: features
        expect: psi(versus 1) < 0.5 and missing_change(versus 1) < 10%
    triggers:
    """
  )

  /// Gives model version 2 a reference of its own.
  static let references = (
    "reference: reference.json",
    "reference: reference.json\nreferences: { \"2\": reference-2.json }"
  )

  /// Counts each color and each model by itself, beside a line of the monitor's file.
  static let segments = "\nsegments: [color, model]"

  /// The stream of any monitor.
  init(_ bundle: MonitorBundle, _ partitions: [[String]]) throws {
    let loaded = MonitorLoader.load(bundle)
    guard let plan = loaded.plan, let references = loaded.references else {
      throw BadFiles(report: loaded.report)
    }
    (self.plan, self.references) = (plan, references)
    (self.bundle, self.partitions) = (bundle, partitions)
  }

  /// The stream of a seed.
  ///
  /// - Parameters:
  ///   - seed: Decides everything.
  ///   - count: Partitions.
  ///   - lines: Events.
  ///   - step: Seconds from one event to the next.
  ///   - editing: Texts of the monitor's files, and what stands there instead.
  /// - Throws: What is wrong with the monitor's files.
  init(
    seed: UInt64,
    partitions count: Int,
    lines: Int,
    step: Int = 60,
    editing: [(String, String)] = []
  ) throws {
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: count)
    for line in HostileStream.lines(seed: seed, count: lines, step: step) {
      partitions[Int.random(in: 0..<count, using: &random)].append(line)
    }
    let bundle =
      editing.isEmpty
      ? try Self.monitor.get()
      : try Self.bundle { text in
        editing.reduce(text) { $0.replacing($1.0, with: $1.1) }
      }
    try self.init(bundle, partitions)
  }

  /// A stream of given events.
  init(partitions: [[String]]) throws {
    try self.init(Self.monitor.get(), partitions)
  }

  /// What comes of the whole input without log, stages, commits or faults, by output.
  ///
  /// - Parameters:
  ///   - trust: Who gives the records their times.
  ///   - written: When the broker wrote each record of each partition, for requests to train.
  /// - Returns: The records of each output, in their order.
  func expected(
    trust: PartitionClock.Trust = .producers,
    written: [[Int64]] = []
  ) -> [Output: [OutputRecord]] {
    var evaluator = Evaluator(plan: plan, references: references, limits: limits)
    let writer = EventWriter(plan: plan, references: references)
    var letters: [OutputRecord] = []
    for partition in partitions.indices {
      let reader = PartitionReader(self, partition: partition, trust: trust, written: written)
      let offsets = 0..<partitions[partition].count
      let step = CommitStep(partition: partition, offsets: offsets, isIdle: false)
      let delta = reader.read(step)
      evaluator.fold(delta)
      letters += delta.deadLetters.map { writer.record($0) }
    }
    let records = evaluator.advance().map { writer.record($0) } + letters
    return Dictionary(grouping: records, by: \.output)
  }
}

/// Counts the records of one partition of a stream, without log, commits or faults.
final class PartitionReader {
  private let lines: [String]
  private let written: [Int64]
  private var collector: Collector
  private let handle: Int
  private var decoder: JSONRecordDecoder

  init(
    _ stream: Stream,
    partition: Int,
    trust: PartitionClock.Trust = .producers,
    written: [[Int64]] = []
  ) {
    lines = stream.partitions[partition]
    self.written = written.isEmpty ? [] : written[partition]
    collector = Collector(
      plan: stream.plan,
      references: stream.references,
      limits: stream.limits
    )
    collector.partitionCounts = [stream.partitions.count]
    if !written.isEmpty { collector.retention = [FakeBroker.day] }
    handle = collector.assign(topic: 0, partition: partition)
    collector.setTrust(trust, handle)
    let layout = collector.layout
    decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
  }

  /// Reads the records of a step, which begins where the last one ended.
  func read(_ step: CommitStep) -> Delta {
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    for offset in step.offsets {
      let bytes = Array(lines[offset].utf8)
      batch.append(
        payload: bytes.isEmpty ? nil : bytes.span,
        offset: Int64(offset),
        brokerMilliseconds: written.isEmpty ? nil : written[offset]
      )
    }
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    if step.isIdle { collector.setIdle(handle) }
    return collector.takeDelta()
  }
}
