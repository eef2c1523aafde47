import Records
import Rules
import Windowing

// Which records a request names.

extension RetrainGovernor {
  /// A request, whatever stands against it.
  func request(_ index: Int, _ reason: RetrainReason, _ scene: RetrainScene) -> RetrainRequest {
    let (window, book, grid) = (scene.window, scene.book, scene.grid)
    let firing = reason == .schedule ? [] : relevant(index, book)
    let remembered = scene.ledger.firstCounted.map(grid.start(of:)) ?? window.end
    let known = scene.ledger.firstPane.map(grid.start(of:))
    var causes = Set(firing.flatMap { book.entries[$0]?.failures ?? [] })
      .filter { $0.end > remembered }
    if causes.isEmpty, reason != .drift { causes = lately(index, scene) }
    let panes = Set(causes.flatMap { grid.pane(at: $0.start)..<grid.pane(at: $0.end) })
    let ranked = firing.compactMap { self.firing[$0] }.sorted { left, right in
      (-left.effect, left.alert.subject) < (-right.effect, right.alert.subject)
    }
    return RetrainRequest(
      trigger: index,
      reason: reason,
      window: window,
      start: causes.map(\.start).min() ?? window.start,
      spans: Self.spans(of: causes).compactMap { $0.since(known ?? $0.start) },
      version: ranked.first?.alert.subject.version,
      alerts: ranked.map(\.alert),
      selection: scene.ledger.selection(of: panes, excludedRuns: limits.excludedRuns)
    )
  }

  /// The time before the end of a window where nothing fires: as much as the schedule has, or, with
  /// none, as holds enough records.
  private func lately(_ index: Int, _ scene: RetrainScene) -> Set<Window> {
    let (trigger, grid, end) = (plan.triggers[index], scene.grid, scene.window.end)
    let last = grid.pane(at: end)
    let known = scene.ledger.firstCounted ?? last
    var first = known
    if let every = trigger.every {
      let start = Timestamp(microseconds: end.microseconds - every.microseconds)
      first = max(first, grid.pane(at: start))
    } else {
      first = scene.ledger.first(holding: max(1, trigger.minRecords), before: last) ?? known
    }
    guard first < last else { return [] }
    return [Window(specification: 0, start: grid.start(of: first), end: end)]
  }

  /// How long the records of windows stay known where nothing has begun to fire.
  var reach: Duration { plan.triggers.compactMap(\.every).max() ?? .zero }

  /// Where what somebody asks would end by now, of the trigger that lags most; nil before one.
  var lastEnd: Timestamp? {
    zip(plan.triggers, states).compactMap { $0.every == nil ? $1.lastWindow?.end : nil }.min()
  }

  /// As many records before that stay known.
  var records: UInt64 {
    plan.triggers.filter { $0.every == nil }.map { max(1, $0.minRecords) }.max() ?? 0
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
}

extension Window {
  /// The part of it that is not before an instant; nil for none.
  fileprivate func since(_ instant: Timestamp) -> Window? {
    guard instant < end else { return nil }
    return Window(specification: specification, start: max(start, instant), end: end)
  }
}
