import Records
import Rules
import Windowing

/// What a trigger decides on: a window that was judged, and what is known by then.
struct RetrainScene {
  var window: Window
  let book: AlertBook
  let ledger: PaneLedger
  let grid: PaneGrid
  let silences: [Silence]
  let writer: EventWriter
}

/// Decides when the state of the alerts is worth a training, and on which records.
///
/// A trigger asks when its condition begins to hold, and again while it goes on holding whenever
/// its cooldown has passed and a rule has failed since the last request; without a cooldown it asks
/// once. While the verdict on a training is waited for it does not ask. With a schedule it asks
/// when so much time has passed without a request, and by the control topic whenever somebody wants
/// it. All time is event time: the ends of windows.
struct RetrainGovernor: Equatable, Sendable {
  struct TriggerState: Equatable, Sendable {
    /// A request was made since the condition began to hold.
    var hasAsked = false
    /// It would have asked, and was silenced.
    var wasSilenced = false
    var lastAsked: Timestamp?
    /// Windows for which the condition has held, the first left aside.
    var steadyWindows = -1
    /// Start of the first window that it watched.
    var begun: Timestamp?
    /// The last one.
    var lastWindow: Window?
    /// When it asked, as often as `at_most` counts; the last times.
    var requestTimes: [Timestamp] = []
    /// What was said to stand against a request, since one is due.
    var refused: Set<RetrainRefusal.Kind> = []
    /// What somebody asked and no window was there for.
    var asks: [TrainingAsk] = []
    /// Requests that wait for their completion or their verdict, the oldest first.
    var requests: [OpenRequest] = []
  }

  /// An alert that fires, and how far the window that made it fire had moved.
  struct Firing: Equatable, Sendable {
    var alert: AlertTransition
    var effect: Double
  }

  let plan: Plan
  let limits: Limits
  /// One for each trigger of the plan.
  var states: [TriggerState]
  var firing: [AlertSubject: Firing] = [:]

  init(plan: Plan, limits: Limits) {
    self.plan = plan
    self.limits = limits
    states = plan.triggers.map { _ in TriggerState() }
  }

  /// Keeps the evidence of an alert while it fires: that of the window which made it fire.
  mutating func note(_ alert: AlertTransition, effect: Double) {
    guard alert.repetition == 0 else { return }
    firing[alert.subject] =
      alert.state == .firing ? Firing(alert: alert, effect: effect) : nil
  }

  /// What is due after a window was judged.
  ///
  /// - Parameters:
  ///   - scene: The window, and what is known.
  ///   - isOwn: Whether it was judged under the version of the monitor that goes on.
  /// - Returns: In the order of the triggers.
  mutating func outcomes(after scene: RetrainScene, isOwn: Bool) -> [Outcome] {
    var outcomes: [Outcome] = []
    for index in plan.triggers.indices
    where plan.triggers[index].watches(scene.window.specification, in: plan) {
      states[index].begun = states[index].begun ?? scene.window.start
      states[index].lastWindow = scene.window
      outcomes += expire(index, scene.window).map { .expired($0) }
      if isOwn { outcomes += verdicts(index, scene).map { .verdict($0) } }
      for reason in dueReasons(index, scene) {
        let asked = ask(index, reason, scene)
        outcomes += asked
        if asked.contains(where: \.isRequest) { break }
      }
    }
    return outcomes + answers(scene)
  }

  /// Why a trigger has to ask, what is to be asked first before the rest: the schedule does not
  /// wait for a drift that something stands against.
  private mutating func dueReasons(_ index: Int, _ scene: RetrainScene) -> [RetrainReason] {
    let (trigger, time) = (plan.triggers[index], scene.window.end)
    let isScheduled =
      trigger.every.map { every in
        (states[index].lastAsked ?? states[index].begun).map { time.hasPassed(every, since: $0) }
          ?? false
      } ?? false
    let firing = relevant(index, scene.book)
    let holds = trigger.condition?.holds { Self.count(firing, rule: $0, fields: $1) } ?? false
    if !holds { (states[index].hasAsked, states[index].steadyWindows) = (false, -1) }
    if !holds, !isScheduled { (states[index].wasSilenced, states[index].refused) = (false, []) }
    if holds { states[index].steadyWindows += 1 }
    let isDrift =
      holds && states[index].steadyWindows >= trigger.settle && isNews(index, firing, scene)
    return (isDrift ? [.drift] : []) + (isScheduled ? [.schedule] : [])
  }

  /// Whether a drift was not asked about yet, or so long ago that it is to be asked again: where
  /// one of its alerts is not only left over, but its rule has failed since.
  private func isNews(_ index: Int, _ firing: [AlertSubject], _ scene: RetrainScene) -> Bool {
    guard states[index].hasAsked, let last = states[index].lastAsked else { return true }
    guard let cooldown = plan.triggers[index].cooldown,
      scene.window.end.hasPassed(cooldown, since: last)
    else { return false }
    return firing.contains { subject in
      scene.book.entries[subject]?.failures.last.map { $0.end > last } ?? false
    }
  }

  /// Asks, or says what stands against it; nothing where that was said already.
  mutating func ask(
    _ index: Int,
    _ reason: RetrainReason,
    _ scene: RetrainScene
  ) -> [Outcome] {
    if let refusal = refusal(index, reason, scene.window) { return refuse(refusal) }
    let trigger = plan.triggers[index]
    let draft = draft(index, reason, scene)
    guard draft.rows >= max(1, trigger.minRecords) else {
      return refuse(
        RetrainRefusal(
          trigger: index,
          reason: reason,
          kind: .minRecords,
          window: scene.window,
          rows: draft.rows
        )
      )
    }
    let silence = scene.silences.silencing(trigger.name)
    if silence != nil, reason.ask == nil {
      // Said once; asked when the silence is over, if that is still what is wanted.
      guard !states[index].wasSilenced else { return [] }
      states[index].wasSilenced = true
    }
    var request = request(index, reason, draft, scene)
    request.silence = silence
    guard silence == nil else { return [.retrain(request)] }
    let forgotten = forget(index, scene.window)
    note(request, scene)
    return forgotten + [.retrain(request)]
  }

  private mutating func refuse(_ refusal: RetrainRefusal) -> [Outcome] {
    guard refusal.reason.ask == nil else { return [.refused(refusal)] }
    let isNew = states[refusal.trigger].refused.insert(refusal.kind).inserted
    return isNew ? [.refused(refusal)] : []
  }

  /// What stands against a request, whatever there is to train on; nil for nothing.
  ///
  /// What somebody asks for has not to wait until the last request is old.
  private func refusal(
    _ index: Int,
    _ reason: RetrainReason,
    _ window: Window
  ) -> RetrainRefusal? {
    let (trigger, state) = (plan.triggers[index], states[index])
    var refusal: RetrainRefusal?
    func refuse(_ kind: RetrainRefusal.Kind, until: Timestamp?) {
      refusal = RetrainRefusal(
        trigger: index,
        reason: reason,
        kind: kind,
        window: window,
        until: until
      )
    }
    if let limit = trigger.answerWithin,
      let open = state.requests.first(where: { $0.completion == nil })
    {
      refuse(.inFlight, until: open.made + limit)
      refusal?.request = open.id
    } else if reason == .drift, let open = awaited(index, window.end) {
      refuse(.inFlight, until: nil)
      refusal?.request = open.id
    } else if reason.ask == nil, let cooldown = trigger.cooldown, let last = state.lastAsked,
      !window.end.hasPassed(cooldown, since: last)
    {
      refuse(.cooldown, until: last + cooldown)
    } else if let atMost = trigger.atMost, state.requestTimes.count >= atMost.count,
      let first = state.requestTimes.suffix(atMost.count).first,
      !window.end.hasPassed(atMost.period, since: first)
    {
      refuse(.atMost, until: first + atMost.period)
    }
    return refusal
  }

  /// The oldest request whose training is over, and shall be judged before a drift is asked about.
  private func awaited(_ index: Int, _ time: Timestamp) -> OpenRequest? {
    let rules = (plan.triggers[index].condition?.tests ?? []).map { plan.rules[$0.rule] }
    return states[index].requests.first { $0.isAwaited(at: time, rules, plan) }
  }

  /// Forgets a request where there are so many that another one has no room: the oldest that waits
  /// for its answer, before any that waits for its verdict.
  private mutating func forget(_ index: Int, _ window: Window) -> [Outcome] {
    let requests = states[index].requests
    guard requests.count >= OpenRequest.limit, !plan.triggers[index].isDryRun else { return [] }
    let place = requests.firstIndex { $0.completion == nil } ?? 0
    return [states[index].requests.remove(at: place).end(index, window)]
  }

  /// Remembers that a request was made.
  private mutating func note(_ request: RetrainRequest, _ scene: RetrainScene) {
    let (index, time) = (request.trigger, scene.window.end)
    let trigger = plan.triggers[index]
    // What somebody asked about other alerts does not stand for a drift that begins afterwards.
    let holds = states[index].steadyWindows >= 0
    if holds, request.reason == .drift || !request.alerts.isEmpty { states[index].hasAsked = true }
    states[index].lastAsked = time
    states[index].wasSilenced = false
    if let atMost = trigger.atMost {
      states[index].requestTimes = (states[index].requestTimes + [time]).suffix(atMost.count)
    }
    guard !trigger.isDryRun else { return }
    states[index].requests.append(
      OpenRequest(
        id: scene.writer.id(of: request),
        made: time,
        version: request.version,
        references: scene.writer.references,
        trials: request.alerts.map { OpenRequest.Trial(subject: $0.subject) }
      )
    )
  }

  /// The alerts that fire of the rules which a trigger names.
  func relevant(_ index: Int, _ book: AlertBook) -> [AlertSubject] {
    let named = plan.triggers[index].rules
    return named.isEmpty ? [] : book.firing.filter { named.contains($0.rule) }
  }

  /// How many alerts of a rule fire, each field counted once whatever the model versions.
  private static func count(_ firing: [AlertSubject], rule: Int, fields: [Int]?) -> Int {
    let named = firing.filter { $0.rule == rule }.map(\.field)
    return Set(
      named.filter { field in
        guard let fields, let field else { return fields == nil }
        return fields.contains(field)
      }
    ).count
  }
}

extension PlannedTrigger {
  /// Positions in the plan of the rules that it names.
  fileprivate var rules: Set<Int> { Set(condition?.tests.map(\.rule) ?? []) }
}

extension Plan {
  /// Positions of the rules that triggers name.
  var rulesOfTriggers: Set<Int> { triggers.reduce(into: []) { $0.formUnion($1.rules) } }
}

extension Outcome {
  /// Whether it asks for a training, heard or silenced.
  fileprivate var isRequest: Bool {
    guard case .retrain = self else { return false }
    return true
  }
}

extension Timestamp {
  fileprivate static func + (time: Timestamp, length: Duration) -> Timestamp {
    Timestamp(microseconds: time.microseconds + length.microseconds)
  }
}
