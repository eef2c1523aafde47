import KafkaClient
import Monitoring
import Records
import Rules
import Service

/// One process of `leeway run`: its two stages, each with its client.
final class SimulatedProcess {
  /// Nil when it does not run.
  private var collect: CollectLoop<FakeClient>?
  private var evaluate: EvaluateLoop<FakeClient>?
  private(set) var clients: [Int] = []
  private(set) var isSuspended = false
  let instance: String
  static let lineage: UInt64 = 7
  private let broker: FakeBroker
  private let stream: Stream
  /// What it told its operators.
  private(set) var notes: [String] = []
  /// What it found out about violations, last.
  private(set) var violations: UInt64 = 0

  init(_ instance: String, stream: Stream, broker: FakeBroker) {
    self.instance = instance
    self.stream = stream
    self.broker = broker
  }

  var isRunning: Bool { collect != nil }
  var isTurning: Bool { isRunning && !isSuspended }

  /// How the stages of one start are set up.
  struct Tuning {
    var incarnation: UInt64
    var batch = 50
    var recordsPerCommit = 1 << 18
    var snapshotInterval = Duration.seconds(20)
    var rebuilds = false
  }

  func start(_ tuning: Tuning) {
    let names = StageTopics(stream.plan)
    var stage = StageSettings(
      plan: stream.plan,
      references: stream.references,
      names: names,
      collector: CollectorName(
        lineage: Self.lineage,
        instance: instance,
        incarnation: tuning.incarnation
      ),
      clock: StageClock(
        now: { [broker] in broker.now },
        wallSecond: { [broker] in broker.now.components.seconds },
        sleep: { [broker] in broker.advance(by: $0) }
      )
    )
    stage.limits = stream.limits
    stage.pollWait = .zero
    stage.revokeLimit = .seconds(1)
    stage.recordsPerCommit = tuning.recordsPerCommit
    stage.snapshotInterval = tuning.snapshotInterval
    stage.rebuilds = tuning.rebuilds
    let prefix = "leeway.\(stream.plan.monitor)"
    let source = broker.client(
      group: names.collectors,
      topics: stream.plan.source.topics,
      transactionalID: "\(prefix).collect.\(instance)",
      batchLimit: tuning.batch,
      seed: tuning.incarnation
    )
    let partials = broker.client(
      group: names.evaluators,
      topics: [names.partials],
      transactionalID: "\(prefix).evaluate.\(instance)",
      batchLimit: tuning.batch,
      seed: tuning.incarnation &+ 1
    )
    clients = [source.number, partials.number]
    collect = CollectLoop(stage, log: source) { [weak self] in self?.hear($0) }
    evaluate = EvaluateLoop(stage, log: partials) { [weak self] in self?.hear($0) }
  }

  private func hear(_ event: StageEvent) {
    switch event {
    case .note(let text): notes.append(text)
    case .tally(let tally): violations = tally.violations
    default: break
    }
  }

  /// One turn of a stage.
  ///
  /// - Throws: What ends the process.
  func turn(collects: Bool) throws {
    if collects { try collect?.turn() } else { try evaluate?.turn() }
  }

  /// Whether its evaluator has nothing more to do.
  var hasEnded: Bool { evaluate?.hasEnded ?? false }

  /// SIGTERM: finishes what is in hand.
  func stop() throws {
    let limit = Duration.seconds(2)
    _ = try collect?.finish(within: limit)
    _ = try evaluate?.finish(within: limit)
    drop()
  }

  private func drop() {
    collect = nil
    evaluate = nil
  }

  /// SIGKILL.
  func kill() {
    for client in clients where broker.isAlive(client) { broker.kill(client) }
    drop()
    isSuspended = false
  }

  func suspend() {
    for client in clients { broker.suspend(client) }
    isSuspended = true
  }

  func resume() {
    for client in clients { broker.resume(client) }
    isSuspended = false
  }

  /// Whether a fault has killed one of its clients.
  var isStruck: Bool { isRunning && clients.contains { !broker.isAlive($0) } }
}
