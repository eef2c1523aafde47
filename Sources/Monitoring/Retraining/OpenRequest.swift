import Records
import Rules
import Windowing

/// A request that was made, up to its verdict.
struct OpenRequest: Equatable, Sendable {
  /// Id of its event.
  let id: String
  /// End of the window after which it was made.
  let made: Timestamp
  /// Model version of its alerts.
  let version: ModelVersion?
  /// `sha256:` of the references that were in force.
  let references: ByVersion<String>
  /// What is to become of each of its alerts.
  var trials: [Trial]
  /// nil while it waits.
  var completion: TrainingCompletion?
  /// Since when its verdict is waited for: the start of the first window under the new reference,
  /// and before there is one the end of the first window judged after its answer; nil before that.
  var since: Timestamp?

  /// How many of a trigger's are remembered; what is forgotten is said.
  static let limit = 16
  /// Windows after which an alert that still can neither is undecided, beside those that its rule
  /// takes by itself.
  static let patience = 10

  /// What becomes of an alert under a new reference.
  ///
  /// Whether it fires there is told by windows under that reference alone, by the rule's own `for`:
  /// the alert itself may still fire for what windows under the old one have said.
  struct Trial: Equatable, Sendable {
    enum Standing: UInt8 {
      case open, resolved, persists, undecided
    }

    /// What it is about; nil where the plan does not judge that any more.
    var subject: AlertSubject?
    /// Windows of its rule under the new reference.
    var windows = 0
    /// Whether one of them has passed.
    var hasPassed = false
    var standing = Standing.open
    /// What these windows have said.
    var entry = AlertBook.Entry()
  }

  /// Judges the alerts after a window under the version of the monitor that judges now.
  ///
  /// - Returns: The verdict, once there is one.
  mutating func judge(_ trigger: Int, _ scene: RetrainScene) -> RetrainVerdict? {
    guard let completion else { return nil }
    let (window, own) = (scene.window, completion.modelVersion.map { ModelVersion($0) })
    let isNew = { [references] (version: ModelVersion?) in
      let now = scene.writer.references[own ?? version]
      return completion.reference.map { $0 == now } ?? (now != references[own ?? version])
    }
    since = since ?? window.end
    var hasBegun = windows > 0
    for index in trials.indices where trials[index].standing == .open {
      guard let subject = trials[index].subject else {
        trials[index].standing = .resolved
        continue
      }
      guard isNew(subject.version) else { continue }
      let rule = scene.writer.plan.rules[subject.rule]
      guard rule.windowIndex == window.specification else { continue }
      // What is judged of all versions together is so whichever one was trained.
      let isOfAll = rule.isOfStream || scene.writer.plan.roles.modelVersion == nil
      let judged = subject.of(isOfAll ? subject.version : own ?? subject.version)
      if !hasBegun { (since, hasBegun) = (window.start, true) }
      let now = scene.book.entries[judged]
      trials[index].judge(window, rule, now, mayBeGone: judged == subject)
      if trials[index].windows >= rule.windowsToGiveUp(scene.writer.plan) {
        trials[index].close()
      }
    }
    if trials.isEmpty, !isNew(version) { return nil }
    return kind.map { verdict($0, trigger, window, after: max(1, windows)) }
  }

  /// Whether its verdict may still come so soon that another drift is not asked about before: while
  /// one that began with `since` would not have been given up, had windows that wait for records
  /// waited as long as they can.
  func isAwaited(at time: Timestamp, _ rules: [PlannedRule], _ plan: Plan) -> Bool {
    guard completion != nil else { return false }
    let lengths = rules.map { rule in
      let window = plan.windows[rule.windowIndex]
      return window.longest + window.emptyStep * (rule.windowsToGiveUp(plan) - 1)
    }
    guard let since, let length = lengths.max() else { return true }
    return !time.hasPassed(min(length, Self.longestWait), since: since)
  }

  /// More than lies between any two instants of a stream, and no more than can be counted in
  /// microseconds.
  private static let longestWait = Duration.microseconds(Int64.max / 2)

  /// Windows judged under the new reference.
  private var windows: Int { trials.map(\.windows).max() ?? 0 }

  private func verdict(
    _ kind: RetrainVerdict.Kind,
    _ trigger: Int,
    _ window: Window,
    after windows: Int
  ) -> RetrainVerdict {
    RetrainVerdict(
      trigger: trigger,
      request: id,
      kind: kind,
      window: window,
      start: (self.windows > 0 ? since : nil) ?? window.start,
      windows: windows,
      version: completion?.modelVersion.map { ModelVersion($0) } ?? version,
      unresolved: trials.filter { $0.standing != .resolved }.compactMap(\.subject)
    )
  }

  /// What is said of it when a window comes after which it is not remembered: that nobody can tell
  /// any more what its training was good for, or that nobody can answer it any more.
  func end(_ trigger: Int, _ window: Window) -> Outcome {
    completion == nil
      ? .expired(RetrainExpiry(trigger: trigger, request: id, made: made, window: window))
      : .verdict(verdict(.undecided, trigger, window, after: windows))
  }

  /// nil while that is open.
  private var kind: RetrainVerdict.Kind? {
    let standings = trials.map(\.standing)
    if standings.contains(.persists) { return .persists }
    if standings.contains(.open) { return nil }
    return standings.contains(.undecided) ? .undecided : .resolved
  }
}

extension OpenRequest.Trial {
  /// Judges what a window of the rule has said.
  ///
  /// - Parameters:
  ///   - window: Closed under the new reference.
  ///   - rule: The rule.
  ///   - now: Where the alert stands; nil where it was not judged lately.
  ///   - mayBeGone: Whether it was judged before, so that it is gone where it is not judged.
  fileprivate mutating func judge(
    _ window: Window,
    _ rule: PlannedRule,
    _ now: AlertBook.Entry?,
    mayBeGone: Bool
  ) {
    windows += 1
    if entry.lastPass == nil { entry.lastPass = window.start }
    let hasFailed = now?.failures.last == window
    let passes = now?.lastPass == window.end
    if hasFailed || passes { entry.note(hasFailed, window, hold: rule.life.hold) }
    hasPassed = hasPassed || passes
    if hasFailed, entry.holds(rule.life.hold, at: window.end) { return standing = .persists }
    let isGone = now.map { $0.absences >= AlertBook.retirement } ?? true
    if isGone ? mayBeGone : hasPassed && now?.state == nil { standing = .resolved }
  }

  fileprivate mutating func close() { if standing == .open { standing = .undecided } }
}

extension PlannedRule {
  /// Windows under a new reference after which an alert is undecided.
  fileprivate func windowsToGiveUp(_ plan: Plan) -> Int {
    OpenRequest.patience + windowsToDecide(plan)
  }

  /// Windows that `for` and `keep_firing_for` may take before an alert begins or ends.
  private func windowsToDecide(_ plan: Plan) -> Int {
    let every = plan.windows[windowIndex].every
    let count = { (time: Duration?) in Int((time ?? .zero) / every) }
    let hold =
      switch life.hold {
      case .immediately: 0
      case .windows(_, let total): total
      case .duration(let time): count(time)
      }
    return hold + count(life.keepFiringFor)
  }
}
