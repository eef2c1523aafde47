internal import KafkaClient
internal import Monitoring
internal import Records
internal import Reference
internal import Rules

/// Makes a stage with its connection, and runs it until it is told to stop.
struct StageRunner: Sendable {
  let plan: Plan
  let references: References
  let settings: KafkaSettings
  let identity: LiveMonitor.Identity
  let stopsAtEnd: Bool
  let mailbox: StageMailbox
  /// The same for both stages of one start of a process.
  private let incarnation = UInt64.random(in: .min ... .max)

  /// How long a stage may take to commit what it holds, and then to leave its group.
  private static let finishLimit = Duration.seconds(4)
  private static let leaveLimit = Duration.seconds(3)

  init(
    plan: Plan,
    references: References,
    settings: KafkaSettings,
    identity: LiveMonitor.Identity,
    stopsAtEnd: Bool,
    mailbox: StageMailbox
  ) {
    self.plan = plan
    self.references = references
    self.settings = settings
    self.identity = identity
    self.stopsAtEnd = stopsAtEnd
    self.mailbox = mailbox
  }

  func collect(until stop: StopSignal) throws {
    let stage = stage()
    let log = try log(
      .collect,
      group: stage.names.collectors,
      topics: plan.source.topics,
      readsHeaders: plan.readsHeaders,
      stop: stop
    )
    var loop = CollectLoop(stage, log: log) { mailbox.post($0, from: .collect) }
    var meter = LagMeter(stage.clock)
    while !stop.isRequested, !loop.hasEnded {
      mailbox.board.beat(.collect)
      try loop.turn()
      if meter.isDue() { report(loop.lag()) }
    }
    let isDone = try loop.finish(within: Self.finishLimit)
    // Not of brokers that do not answer anyway.
    if isDone { report(loop.lag()) }
    try leave(&loop.log, isDone, .collect)
  }

  func evaluate(until stop: StopSignal) throws {
    let stage = stage()
    let log = try log(
      .evaluate,
      group: stage.names.evaluators,
      topics: [stage.names.partials],
      readsHeaders: false,
      stop: stop
    )
    var loop = EvaluateLoop(stage, log: log) { mailbox.post($0, from: .evaluate) }
    var meter = LagMeter(stage.clock)
    while !stop.isRequested, !loop.hasEnded {
      mailbox.board.beat(.evaluate)
      try loop.turn()
      guard loop.isEvaluating else {
        meter.forget()
        continue
      }
      if meter.isDue() { report(meter.age(of: loop.watermark)) }
    }
    let isDone = try loop.finish(within: Self.finishLimit)
    if loop.isEvaluating { report(meter.age(of: loop.watermark)) }
    try leave(&loop.log, isDone, .evaluate)
  }

  private func report(_ lag: Int64?) {
    if let lag { mailbox.post(.lag(lag), from: .collect) }
  }

  private func report(_ eventLag: Double?) {
    if let eventLag { mailbox.post(.eventLag(eventLag), from: .evaluate) }
  }

  func leave(
    _ log: inout KafkaLog,
    _ isDone: Bool,
    _ stage: MonitorBoard.Stage
  ) throws {
    let dropped = log.droppedRecords
    if dropped > 0 {
      mailbox.post(
        .note("\(dropped) records came that were not due, as partitions went: they were dropped"),
        from: stage
      )
    }
    do { try log.leave(within: Self.leaveLimit) } catch {
      mailbox.post(.note(error.message), from: stage)
    }
    guard !isDone else { return }
    throw KafkaError(
      .timedOut,
      "stopped while the brokers did not answer: what was not committed will be read again"
    )
  }

  func stage() -> StageSettings {
    let names = StageTopics(plan, group: identity.group)
    let collector = CollectorName(
      lineage: Hash64.hash(Array(names.collectors.utf8).span),
      instance: identity.instance,
      incarnation: incarnation
    )
    return StageSettings(
      plan: plan,
      references: references,
      names: names,
      collector: collector,
      clock: .ofMachine(),
      stopsAtEnd: stopsAtEnd
    )
  }

  func log(
    _ stage: MonitorBoard.Stage,
    group: String,
    topics: [String],
    readsHeaders: Bool,
    stop: StopSignal
  ) throws -> KafkaLog {
    let mailbox = mailbox
    return try KafkaLog(
      settings: settings,
      group: group,
      topics: topics,
      transactionalID: StageTopics(plan, group: identity.group)
        .producer(stage.rawValue, instance: identity.instance),
      delivery: plan.delivery,
      readsHeaders: readsHeaders,
      stop: stop
    ) { line in
      // What old brokers say of a setting that only newer ones know.
      guard line.level <= .warning, line.facility != "AUTOCREATE" else { return }
      mailbox.post(.note("kafka: \(line.text)"), from: stage)
    }
  }
}
