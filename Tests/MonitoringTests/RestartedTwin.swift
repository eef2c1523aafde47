import Monitoring
import Testing

/// Two evaluators of one log: one runs on, the other is made anew from its snapshot before every
/// record.
struct RestartedTwin {
  private let world: World
  private let commits: Commits
  private var sequence: UInt64 = 0
  private(set) var whole: LogEvaluator
  private(set) var restarted: LogEvaluator

  init(_ world: World) {
    self.world = world
    commits = Commits(world)
    (whole, restarted) = (LogStage.evaluator(world), LogStage.evaluator(world))
  }

  /// Hands a delta to both, and expects the same bytes of them.
  mutating func take(_ delta: Delta) throws -> [Judged] {
    sequence += 1
    var judged: [Judged] = []
    for record in commits.records(delta, sequence) {
      let news = whole.take(record, at: whole.offset)
      let snapshot = restarted.snapshot()
      restarted = LogStage.evaluator(world)
      try restarted.restore(snapshot)
      let others = restarted.take(record, at: restarted.offset)
      #expect(others.map(\.record.value) == news.map(\.record.value))
      judged += news
    }
    #expect(restarted.snapshot() == whole.snapshot())
    return judged
  }
}
