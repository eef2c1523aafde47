public import KafkaClient
internal import Monitoring
public import Reference
public import Rules

/// Makes an evaluator's state anew from the log of deltas: after its snapshots were lost or
/// damaged.
///
/// Nothing is written to the outputs; what was written up to the committed offset stays. As far as
/// the log of deltas reaches back, the state is the one that was lost. Where it has lost its start,
/// windows that were open there are marked as violated.
public struct StateRebuild {
  private let runner: StageRunner
  private let mailbox: StageMailbox
  private let report: (String) -> Void

  /// A rebuild that is not yet connected.
  ///
  /// - Parameters:
  ///   - plan: The monitor's plan.
  ///   - references: Of its model versions.
  ///   - settings: Brokers and the user's properties.
  ///   - identity: Whose groups.
  ///   - report: Hears what an operator should know.
  public init(
    plan: Plan,
    references: References,
    settings: KafkaSettings,
    identity: LiveMonitor.Identity,
    report: @escaping (String) -> Void
  ) {
    let mailbox = StageMailbox(
      StageTopics(plan, group: identity.group),
      board: MonitorBoard(plan: plan, references: references)
    )
    self.mailbox = mailbox
    self.report = report
    runner = StageRunner(
      plan: plan,
      references: references,
      settings: settings,
      identity: identity,
      stopsAtEnd: false,
      mailbox: mailbox
    )
  }

  /// Waits until the group gives this process the state, makes it anew and commits it.
  ///
  /// - Returns: Whether it was done; not when it was told to stop before.
  /// - Throws: `KafkaError`.
  public func run(until stop: StopSignal) throws -> Bool {
    try TopicCheck(runner.plan, settings: runner.settings).run()
    var stage = runner.stage()
    stage.rebuilds = true
    let log = try runner.log(
      .evaluate,
      group: stage.names.evaluators,
      topics: [stage.names.partials],
      readsHeaders: false,
      stop: stop
    )
    let mailbox = mailbox
    var loop = EvaluateLoop(stage, log: log) { mailbox.post($0, from: .evaluate) }
    while !stop.isRequested, !loop.hasEnded {
      try loop.turn()
      tell()
    }
    let isDone = loop.hasEnded
    try runner.leave(&loop.log, true, .evaluate)
    tell()
    return isDone
  }

  private func tell() {
    for case .note(let text) in mailbox.take().messages { report(text) }
  }
}
