public import Records
import Rules
public import Windowing

/// A request to train the model anew, on records that are named.
public struct RetrainRequest: Sendable {
  /// Position of the trigger in the plan.
  public let trigger: Int
  /// The window after which the trigger's condition held.
  public let window: Window
  /// Start of the first window that caused it.
  public let start: Timestamp
  /// The windows that caused it, where they touch as one span.
  public let spans: [Window]
  /// Model version of the alerts; nil where there is none.
  public let version: ModelVersion?
  /// The alerts that caused it, most effect first.
  public let alerts: [AlertTransition]
  /// The records to train on.
  public let selection: TrainingSelection
  /// What keeps it from being one; nil where nothing does.
  public internal(set) var silence: Silence?
}

/// Decides when the state of the alerts is worth a training, and on which records.
///
/// A trigger asks when its condition begins to hold, and again while it goes on holding whenever
/// its cooldown has passed; without a cooldown it asks once.
struct RetrainGovernor: Equatable, Sendable {
  struct TriggerState: Equatable, Sendable {
    /// A request was made since the condition began to hold.
    var hasAsked = false
    /// It would have asked, and was silenced.
    var wasSilenced = false
    var lastAsked: Timestamp?
    /// Windows for which the condition has held, the first left aside.
    var steadyWindows = -1
  }

  /// An alert that fires, and how far the window that made it fire had moved.
  struct Firing: Equatable, Sendable {
    var alert: AlertTransition
    var effect: Double
  }

  private let plan: Plan
  private let limits: Limits
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

  /// The requests that are due after a window was judged.
  mutating func requests(
    after window: Window,
    book: AlertBook,
    ledger: PaneLedger,
    grid: PaneGrid,
    silences: [Silence] = []
  ) -> [RetrainRequest] {
    let watching = plan.triggers.indices.filter { isWatching(window, plan.triggers[$0]) }
    guard !watching.isEmpty else { return [] }
    let subjects = book.firing
    return watching.compactMap { index in
      let trigger = plan.triggers[index]
      let named = Set(trigger.condition.tests.map(\.rule))
      let relevant = subjects.filter { named.contains($0.rule) }
      guard isDue(index, relevant, at: window.end) else { return nil }
      var request = request(index, window, relevant, book, ledger, grid)
      guard request.selection.rows >= max(1, trigger.minRecords) else { return nil }
      if let silence = silences.silencing(trigger.name) {
        // Said once; asked when the silence is over, if that is still what is wanted.
        defer { states[index].wasSilenced = true }
        request.silence = silence
        return states[index].wasSilenced ? nil : request
      }
      (states[index].hasAsked, states[index].lastAsked) = (true, window.end)
      states[index].wasSilenced = false
      return request
    }
  }

  /// Whether a window is one that the trigger's rules are judged on.
  private func isWatching(_ window: Window, _ trigger: PlannedTrigger) -> Bool {
    trigger.condition.tests.contains {
      plan.rules[$0.rule].windowIndex == window.specification
    }
  }

  /// Whether the condition holds, has settled, and its cooldown is over.
  private mutating func isDue(_ index: Int, _ firing: [AlertSubject], at time: Timestamp) -> Bool {
    let trigger = plan.triggers[index]
    guard trigger.condition.holds({ Self.count(firing, rule: $0, fields: $1) }) else {
      (states[index].hasAsked, states[index].wasSilenced) = (false, false)
      states[index].steadyWindows = -1
      return false
    }
    states[index].steadyWindows += 1
    guard states[index].steadyWindows >= trigger.settle else { return false }
    guard let cooldown = trigger.cooldown else { return !states[index].hasAsked }
    guard let last = states[index].lastAsked else { return true }
    return time.microseconds >= last.microseconds + cooldown.microseconds
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

  /// Windows that touch or overlap, joined.
  private static func spans(of windows: Set<Window>) -> [Window] {
    var spans: [Window] = []
    for window in windows.sorted(by: { $0.start < $1.start }) {
      guard let last = spans.last, window.start <= last.end else {
        spans.append(window)
        continue
      }
      let end = max(last.end, window.end)
      spans[spans.count - 1] = Window(specification: 0, start: last.start, end: end)
    }
    return spans
  }

  private func request(
    _ index: Int,
    _ window: Window,
    _ firing: [AlertSubject],
    _ book: AlertBook,
    _ ledger: PaneLedger,
    _ grid: PaneGrid
  ) -> RetrainRequest {
    let remembered = ledger.pages.first.map { grid.start(of: $0.pane) } ?? window.end
    let causes = Set(firing.flatMap { book.entries[$0]?.failures ?? [] })
      .filter { $0.end > remembered }
    let panes = Set(causes.flatMap { grid.pane(at: $0.start)..<grid.pane(at: $0.end) })
    let selection = ledger.selection(of: panes, excludedRuns: limits.excludedRuns)
    let ranked = firing.compactMap { self.firing[$0] }.sorted { left, right in
      (-left.effect, left.alert.subject) < (-right.effect, right.alert.subject)
    }
    return RetrainRequest(
      trigger: index,
      window: window,
      start: causes.map(\.start).min() ?? window.start,
      spans: Self.spans(of: causes),
      version: ranked.first?.alert.subject.version,
      alerts: ranked.map(\.alert),
      selection: selection
    )
  }
}
