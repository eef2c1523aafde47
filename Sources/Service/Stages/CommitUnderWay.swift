internal import KafkaClient

/// The commit of a stage that is under way, at most one at a time, and whether the group has moved
/// on without this member meanwhile.
struct CommitUnderWay {
  private var commit: PendingCommit?
  private var since = Duration.zero
  private var leftBehind = LeftBehind()
  private var trouble = NotedOnce()

  /// Whether nothing is under way.
  var isOver: Bool { commit == nil }

  /// Takes a commit in charge.
  mutating func begin(_ commit: PendingCommit, now: Duration) {
    (self.commit, since) = (commit, now)
  }

  /// Gives it up: others have the partitions now.
  mutating func drop() { commit?.drop() }

  /// Goes on with it.
  ///
  /// - Parameters:
  ///   - log: The stage's own.
  ///   - stage: The stage's settings.
  ///   - limit: How long to try; zero for once.
  ///   - isMember: Whether the stage still works on what the group gave it.
  ///   - report: Hears what becomes of it.
  /// - Returns: What has become of it, once; nil while there is nothing to say.
  /// - Throws: What `PendingCommit` throws.
  mutating func advance<Log: StageLog & ~Copyable>(
    _ log: inout Log,
    _ stage: StageSettings,
    within limit: Duration,
    isMember: Bool,
    _ report: (StageEvent) -> Void
  ) throws(KafkaError) -> PendingCommit.Fate? {
    let deadline = stage.clock.now() + limit
    while true {
      var trouble = trouble
      let fate = try commit?.advance(&log, clock: stage.clock) { trouble.note($0, report) }
      self.trouble = trouble
      guard let fate else { return nil }
      guard fate == .pending else {
        note(fate, stage, isMember, report)
        return fate
      }
      guard stage.clock.now() < deadline else { return nil }
      stage.clock.sleep(stage.retryInterval)
    }
  }

  private mutating func note(
    _ fate: PendingCommit.Fate,
    _ stage: StageSettings,
    _ isMember: Bool,
    _ report: (StageEvent) -> Void
  ) {
    commit = nil
    let now = stage.clock.now()
    guard fate != .committed else {
      trouble.end()
      return report(.committed(after: now - since))
    }
    report(.aborted)
    // What was taken is ahead of what is committed now; and only the group's next word, never what
    // it said before, tells what may be read and committed.
    if isMember { leftBehind.begin(now: now) } else { leftBehind.end() }
  }

  /// Drops what was delivered while the group goes on without this member.
  ///
  /// - Throws: `staleMember` when it has said nothing for long.
  func leaveAlone(
    _ records: inout PolledRecords,
    _ stage: StageSettings
  ) throws(KafkaError) {
    try leftBehind.leaveAlone(&records, stage)
  }

  /// The group has said what the member is given, or the member has given everything up.
  mutating func rejoin() { leftBehind.end() }
}
