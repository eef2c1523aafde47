import KafkaClient
import Monitoring
import Records
import Reference
import Rules
import Service
import TestSupport

/// A whole deployment on a deterministic log, driven by one seed.
///
/// The seed says which process takes its next turn, what time it is, and what goes wrong.
/// Single-threaded, in virtual time.
final class Simulation {
  /// What processes that are started from now on read.
  var stream: Stream
  let broker: FakeBroker
  let names: StageTopics
  private(set) var processes: [SimulatedProcess] = []
  /// Everything that contradicts what is promised, in words.
  private(set) var findings: [String] = []
  private var random: SplitMix64
  private var positions: [Int]
  private var incarnation: UInt64 = 0
  private var committed: [String: [TopicPartition: CommittedOffset]] = [:]
  private var isHealing = false
  private let faultRate: Double
  private let tears: Bool
  /// The one call that fails, and how, in a world that is explored call by call.
  private let strike: (call: Int, fault: Fault)?
  /// Calls made so far by all clients.
  private(set) var calls = 0

  /// The world of a seed.
  convenience init(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let partitions = Int.random(in: 1...4, using: &random)
    // In every other one, silent partitions hold no window open; in the others, rules remember
    // earlier windows, and model versions may have two references.
    let idles = seed.isMultiple(of: 2)
    let patience = ["1s", "3s", "10s"][Int(seed / 2 % 3)]
    let stream = try Stream(
      seed: seed,
      partitions: partitions,
      lines: 160,
      step: idles ? 240 : 60,
      editing: idles
        ? [("idle_after: off", "idle_after: \(patience)\(seed % 6 == 0 ? Stream.segments : "")")]
        : [Stream.remembering] + (seed % 3 == 0 ? [Stream.references] : [])
    )
    try self.init(
      stream,
      seed: seed,
      faultRate: [0, 0.01, 0.05].randomElement(using: &random) ?? 0
    )
  }

  /// A world over a stream.
  ///
  /// - Parameters:
  ///   - stream: What is read.
  ///   - seed: Decides what happens.
  ///   - faultRate: Share of calls that fail.
  ///   - tears: Whether late commits and aborts may hit a later transaction.
  ///   - strike: A single call that fails instead.
  ///   - timestamps: Who gives the source's records their times.
  ///   - partitions: Of the source in the beginning; nil for all of the stream's.
  /// - Throws: What is wrong with the monitor's files.
  init(
    _ stream: Stream,
    seed: UInt64,
    faultRate: Double = 0,
    tears: Bool = false,
    strike: (call: Int, fault: Fault)? = nil,
    timestamps: TopicTable.Timestamps = .producer,
    partitions: Int? = nil
  ) throws {
    self.stream = stream
    self.faultRate = faultRate
    self.tears = tears
    self.strike = strike
    random = SplitMix64(seed: seed &+ 0x5EED)
    var settings = FakeBroker.Settings()
    settings.sessionTimeout = .seconds(6)
    broker = FakeBroker(settings)
    names = StageTopics(stream.plan)
    positions = stream.partitions.map { _ in 0 }
    broker.createTopic(
      stream.plan.source.topics[0],
      partitions: partitions ?? stream.partitions.count,
      timestamps: timestamps
    )
    for topic in names.outputs + [names.partials, names.state, names.control] {
      broker.createTopic(topic, partitions: 1)
    }
    broker.fault = { [unowned self] call in self.fault(call) }
  }

  // MARK: Running

  /// Lives through so many events, heals, and waits until all is done.
  ///
  /// - Parameters:
  ///   - steps: Events.
  ///   - healing: Whether that is the end; otherwise the next run goes on.
  /// - Throws: What no process may throw.
  func run(steps: Int, healing: Bool = true) throws {
    if processes.isEmpty {
      for name in ["a", "b", "c", "d"].prefix(Int.random(in: 1...3, using: &random)) { add(name) }
    }
    for _ in 0..<steps { try step() }
    if healing { try heal() }
  }

  /// Publishes another version of the monitor, as `leeway publish` does.
  ///
  /// - Parameters:
  ///   - next: Has the version's files.
  ///   - from: When it begins to judge; nil for as early as it can.
  /// - Returns: Its number.
  @discardableResult
  func publish(_ next: Stream, from: Timestamp?) -> Int64 {
    let manifest = ControlRecords.Manifest(
      id: String(repeating: "a", count: 32),
      monitor: next.plan.monitor,
      version: MonitorVersion.name(of: next.plan, next.references),
      config: EventIdentity.configuration(of: next.plan),
      reference: next.references.standard.digest,
      from: from
    )
    var offset: Int64 = 0
    for record in ControlRecords.records(of: next.bundle, manifest, topic: names.control) {
      offset = say(record)
    }
    return offset
  }

  /// Two processes read and evaluate so many events, without any fault.
  func run(lines: Int) throws {
    for name in ["a", "b"] { add(name) }
    append(lines)
    for _ in 0..<200 {
      for process in processes where process.isTurning {
        try turn(process, collects: true)
        try turn(process, collects: false)
      }
      broker.advance(by: .milliseconds(200))
    }
  }

  /// Two processes take turns while the records come, one call fails, and all is done in the end.
  func runStruck(rounds: Int) throws {
    for name in ["a", "b"] { add(name) }
    for round in 0..<rounds {
      for process in processes where process.isTurning {
        try turn(process, collects: true)
        if process.isTurning { try turn(process, collects: false) }
      }
      if round.isMultiple(of: 4) { append(1) }
      broker.advance(by: .milliseconds(400))
      checkOffsets()
    }
    try heal()
  }

  /// Two processes take turns while records come, and somebody looks on who acts as well; in the
  /// end all is done.
  func run(rounds: Int, lines: Int, act: (Simulation) throws -> Void) throws {
    for name in ["a", "b"] { add(name, batch: 100) }
    for _ in 0..<rounds {
      append(lines)
      for process in processes where process.isTurning {
        try turn(process, collects: true)
        if process.isTurning { try turn(process, collects: false) }
      }
      if !processes.contains(where: \.isRunning) { add("a", batch: 100) }
      broker.advance(by: .seconds(2))
      checkOffsets()
      try act(self)
    }
    try heal()
  }

  /// Writes what was said by the control topic.
  ///
  /// - Returns: Its offset.
  @discardableResult
  func say(_ record: OutgoingRecord) -> Int64 {
    broker.append(
      topic: names.control,
      partition: 0,
      key: record.key,
      value: record.value,
      headers: record.headers
    )
  }

  private func step() throws {
    switch Int.random(in: 0..<1_000, using: &random) {
    case 0..<780: try turn()
    case 780..<900: broker.advance(by: .milliseconds(Int.random(in: 1...900, using: &random)))
    case 900..<960: append(Int.random(in: 1...25, using: &random))
    case 960..<968: kill()
    case 968..<974: suspendOrResume()
    case 974..<982: add(["a", "b", "c", "d"].randomElement(using: &random) ?? "a")
    case 982..<986: try stopOne()
    case 986..<992: broker.compact(names.state)
    default: broker.advance(by: .seconds(Int.random(in: 1...8, using: &random)))
    }
    checkOffsets()
  }

  private func turn() throws {
    let turning = processes.filter(\.isTurning)
    guard let process = turning.randomElement(using: &random) else { return }
    try turn(process, collects: Bool.random(using: &random))
  }

  private func turn(_ process: SimulatedProcess, collects: Bool) throws {
    do { try process.turn(collects: collects) } catch let error as KafkaError {
      // Killed, or fenced by a later process of its name: either way it is gone.
      guard error == .killed || error.code == .fenced || process.isStruck else {
        findings.append("\(process.instance) ended: \(error.message)")
        return process.kill()
      }
      process.kill()
    } catch let error as StateDamage {
      findings.append("\(process.instance): \(error)")
      process.kill()
    }
    if process.isStruck { process.kill() }
  }

  /// Starts a process, or another one of the same name if it runs already.
  @discardableResult
  func add(_ name: String, rebuilds: Bool = false, batch: Int? = nil) -> SimulatedProcess {
    let process = SimulatedProcess(name, stream: stream, broker: broker)
    incarnation += 1
    var tuning = SimulatedProcess.Tuning(incarnation: incarnation)
    tuning.batch = batch ?? [1, 3, 50, 500].randomElement(using: &random) ?? 50
    tuning.recordsPerCommit = [5, 40, 1 << 18].randomElement(using: &random) ?? 40
    tuning.snapshotInterval = .seconds([1, 20, 60].randomElement(using: &random) ?? 20)
    tuning.rebuilds = rebuilds
    process.start(tuning)
    processes.append(process)
    return process
  }

  private func kill() {
    processes.filter(\.isRunning).randomElement(using: &random)?.kill()
  }

  private func stopOne() throws {
    guard let process = processes.filter(\.isTurning).randomElement(using: &random) else { return }
    do { try process.stop() } catch let error as KafkaError {
      if error != .killed, error.code != .fenced, !process.isStruck {
        findings.append("\(process.instance) could not stop: \(error.message)")
      }
      process.kill()
    }
  }

  private func suspendOrResume() {
    guard let process = processes.filter(\.isRunning).randomElement(using: &random) else { return }
    if process.isSuspended { process.resume() } else { process.suspend() }
  }

  /// The producers upstream begin anew.
  func rewind() { positions = stream.partitions.map { _ in 0 } }

  /// The producers upstream write some more.
  func append(_ count: Int) {
    let there = broker.topics.count(of: stream.plan.source.topics[0]) ?? 0
    // Where silence matters, one partition speaks at a time.
    let isBurst = stream.plan.idleAfter != nil
    var speaker: Int?
    for _ in 0..<count {
      let open = positions.indices.prefix(there).filter {
        positions[$0] < stream.partitions[$0].count
      }
      if !isBurst || !open.contains(speaker ?? -1) { speaker = open.randomElement(using: &random) }
      guard let index = speaker else { return }
      let bytes = Array(stream.partitions[index][positions[index]].utf8)
      broker.append(
        topic: stream.plan.source.topics[0],
        partition: Int32(index),
        value: bytes.isEmpty ? nil : bytes
      )
      positions[index] += 1
    }
  }

  // MARK: Faults

  private func fault(_ call: Call) -> Fault? {
    calls += 1
    if let strike { return calls == strike.call ? strike.fault : nil }
    guard !isHealing, Double.random(in: 0..<1, using: &random) < faultRate else { return nil }
    let delay = Duration.milliseconds(Int.random(in: 1...20_000, using: &random))
    var faults: [Fault] = [
      .crashBefore, .crashAfter, .retriable, .requestLost, .answerLost, .late(by: delay),
      .markersLate(by: delay), .disconnected(for: delay),
    ]
    if tears, call.operation == .commit || call.operation == .abort {
      return .torn(after: .milliseconds(Int.random(in: 1...3_000, using: &random)))
    }
    switch call.operation {
    case .produce, .send, .commit: faults += [.requiresAbort, .fatal]
    case .begin, .abort: faults.append(.fatal)
    default: break
    }
    return faults.randomElement(using: &random)
  }

  // MARK: The end

  /// No more faults: after them all that was promised must come about by itself, in time.
  private func heal() throws {
    isHealing = true
    append(.max)
    for process in processes where process.isSuspended { process.resume() }
    if !processes.contains(where: \.isRunning) { add("a") }
    let source = stream.plan.source.topics[0]
    var target: Int64?
    for _ in 0..<4_000 {
      for process in processes where process.isTurning {
        try turn(process, collects: true)
        if process.isTurning { try turn(process, collects: false) }
      }
      if !processes.contains(where: \.isRunning) { add("a") }
      broker.advance(by: .milliseconds(200))
      checkOffsets()
      let offsets = broker.groupOffsets(names.collectors)
      let isRead = stream.partitions.indices.allSatisfy { index in
        let place = TopicPartition(source, Int32(index))
        return offsets[place]?.offset == Int64(stream.partitions[index].count)
      }
      guard isRead else { continue }
      let partials = TopicPartition(names.partials, 0)
      target = target ?? (broker.allRecords(names.partials, 0).last?.offset ?? -1) + 1
      let evaluated = broker.groupOffsets(names.evaluators)[partials]?.offset ?? 0
      // What a dead process left open hides what stands behind it until the broker ends it.
      if let target, evaluated >= target, broker.openTransactions.isEmpty { return }
    }
    findings.append("not done long after all faults: \(broker.groupOffsets(names.collectors))")
  }

  /// Committed offsets never go back.
  private func checkOffsets() {
    for group in [names.collectors, names.evaluators] {
      let now = broker.groupOffsets(group)
      for (place, before) in committed[group] ?? [:] {
        let offset = now[place]?.offset ?? -1
        guard offset < before.offset else { continue }
        findings.append("\(group): \(place) went back from \(before.offset) to \(offset)")
      }
      committed[group] = now
    }
  }
}
