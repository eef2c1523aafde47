import Records
import Rules
import Windowing

// Which records a request names.

extension RetrainGovernor {
  /// What a request would be about, before anybody looks where its records stand.
  struct Draft {
    /// The windows to train on, where they touch as one, in order.
    var windows: [Window]
    /// The alerts that fire.
    var alerts: [AlertSubject]
    /// The windows' panes.
    var panes: [Range<Int64>]
    var rows: UInt64
  }

  /// What a request would be about, whatever stands against it.
  func draft(_ index: Int, _ reason: RetrainReason, _ scene: RetrainScene) -> Draft {
    let (book, grid) = (scene.book, scene.grid)
    let firing = reason == .schedule ? [] : relevant(index, book)
    let remembered = scene.ledger.firstCounted.map(grid.start(of:)) ?? scene.window.end
    var causes = Set(firing.flatMap { book.entries[$0]?.failures ?? [] })
      .filter { $0.end > remembered }
    if causes.isEmpty, reason != .drift { causes = lately(index, scene) }
    let windows = Self.spans(of: causes)
    let panes = windows.map { grid.pane(at: $0.start)..<grid.pane(at: $0.end) }
    let rows = scene.ledger.records(of: panes)
    return Draft(windows: windows, alerts: firing, panes: panes, rows: rows)
  }

  /// The request that a draft leads to, once nothing stands against it.
  ///
  /// - Complexity: O(n log n) for n covers of the panes.
  func request(
    _ index: Int,
    _ reason: RetrainReason,
    _ draft: Draft,
    _ scene: RetrainScene
  ) -> RetrainRequest {
    let known = scene.ledger.firstPane.map(scene.grid.start(of:))
    let ranked = draft.alerts.compactMap { firing[$0] }.sorted { left, right in
      (-left.effect, left.alert.subject) < (-right.effect, right.alert.subject)
    }
    return RetrainRequest(
      trigger: index,
      reason: reason,
      window: scene.window,
      start: draft.windows.first?.start ?? scene.window.start,
      spans: draft.windows.compactMap { $0.since(known ?? $0.start) },
      version: ranked.first?.alert.subject.version,
      alerts: ranked.map(\.alert),
      selection: scene.ledger.selection(of: draft.panes, excludedRuns: limits.excludedRuns)
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
