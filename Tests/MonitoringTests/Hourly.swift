import Records
import Reference
import Rules
import TestSupport
import Windowing

@testable import Monitoring

/// A monitor of one number in hourly windows, whose watermark is the largest time of all.
enum Hourly {
  static func world(
    window: String = "1h",
    lateness: String = "0s",
    fields: String = "time: at, model_version: model",
    rules: String...
  ) throws -> World {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders, returns] }
      fields: { \(fields) }
      reference: reference.json
      window: { size: \(window) }
      lateness: \(lateness)
      """
    let reference = (0..<600).map { event(0, value: $0 % 100, model: "1") }
    return try World(monitor: monitor, rules: rules, reference: reference)
  }

  /// An event so many hours after the beginning of its windows.
  static func event(_ hour: Double, value: Int = 1, model: String? = nil) -> String {
    let model = model.map { ",\"model\":\"\($0)\"" } ?? ""
    return "{\"at\":\(1_600_002_000 + Int(hour * 3_600)),\"x\":\(value)\(model)}"
  }

  static func hour(_ time: Timestamp) -> Int64 {
    (time.microseconds / 1_000_000 - 1_600_002_000) / 3_600
  }
}

/// An evaluator, and collectors of one partition each whose deltas it may or may not be given.
struct Scene {
  let world: World
  var evaluator: Evaluator
  private var collectors: [Collector]
  private let trust: PartitionClock.Trust

  init(_ world: World, partitions: Int = 1, trust: PartitionClock.Trust = .broker) {
    (self.world, self.trust) = (world, trust)
    evaluator = Evaluator(plan: world.plan, references: world.references, limits: world.limits)
    collectors = []
    for _ in 0..<partitions { add() }
  }

  /// A collector for another partition.
  mutating func add(from place: SourcePlace = .beginning) {
    collectors.append(collector(collectors.count, place))
  }

  private func collector(_ number: Int, _ place: SourcePlace) -> Collector {
    var collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    let handle = collector.assign(topic: 0, partition: number, from: place)
    collector.setTrust(trust, handle)
    return collector
  }

  /// Ends a partition's collector; another one goes on from a place.
  mutating func restart(_ partition: Int = 0, from place: SourcePlace) {
    collectors[partition] = collector(partition, place)
  }

  /// Another collector goes on, and so many records are no longer there.
  mutating func lose(_ count: Int64, _ partition: Int = 0) {
    var place = place(partition)
    place.offset += count
    restart(partition, from: place)
  }

  func place(_ partition: Int = 0) -> SourcePlace { collectors[partition].place(of: 0) }

  /// Partitions of the first topic, as the next deltas tell.
  mutating func know(_ count: Int) {
    for index in collectors.indices { collectors[index].partitionCounts = [count] }
  }

  /// What the collector of a partition makes of these lines.
  mutating func delta(_ lines: [String], _ partition: Int = 0) -> Delta {
    collectors[partition].ingest(lines, handle: 0)
    return collectors[partition].takeDelta()
  }

  /// What it makes of events at these hours.
  mutating func delta(hours: Double..., partition: Int = 0) -> Delta {
    delta(hours.map { Hourly.event($0) }, partition)
  }

  /// A partition falls silent.
  mutating func silence(_ partition: Int) -> Delta {
    collectors[partition].setIdle(0)
    return collectors[partition].takeDelta()
  }

  /// Hands a delta on; what came of it, one line each.
  mutating func fold(_ delta: Delta) -> [String] {
    outcomes(of: delta).map { describe($0) }
  }

  /// Hands a delta on; what came of it.
  mutating func outcomes(of delta: Delta) -> [Outcome] {
    evaluator.fold(delta)
    return evaluator.advance()
  }

  /// Hours, records, late records, and what is wrong with a window.
  func describe(_ outcome: Outcome) -> String {
    switch outcome {
    case .window(let result):
      let span = "\(Hourly.hour(result.window.start))-\(Hourly.hour(result.window.end))"
      let late = result.accounting.late > 0 ? " late \(result.accounting.late)" : ""
      let skipped = result.skippedWindows > 0 ? " skipped \(result.skippedWindows)" : ""
      return "\(span) n=\(result.records)\(late)\(skipped)"
        + result.violations.map { " \($0.kind) \($0.partition):\($0.start)..<\($0.end)" }.joined()
    case .alert(let alert):
      let rule = world.plan.rules[alert.transition.subject.rule]
      return "\(rule.name) \(alert.transition.state) \(rule.severity)"
    case .retrain:
      return "retrain"
    case .refused(let refusal): return "refused \(refusal.kind.rawValue)"
    case .expired: return "expired"
    case .verdict(let verdict): return "verdict \(verdict.kind.rawValue)"
    }
  }
}
