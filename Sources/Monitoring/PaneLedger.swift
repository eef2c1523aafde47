import Records
import Sketches
import Windowing

/// Where the accepted records of the panes closed lately stand: what a trigger's offsets are
/// made of.
struct PaneLedger: Equatable, Sendable {
  struct Page: Equatable, Sendable {
    var pane: Int64
    var records: UInt64
    var covers: [OffsetCover]
    /// Where records of the pane stand that came when it had been entered, and do not count.
    var late: [OffsetCover] = []
  }

  /// Increasing by pane.
  var pages: [Page] = []
  /// Panes before this one are not remembered; nil while all are.
  var firstPane: Int64?
  /// Milliseconds for which each topic keeps its records; see `Delta`.
  var retention: [Int64?] = []
  private let limit: Int

  init(limits: Limits) { limit = limits.rememberedPanes }

  /// Enters a pane of a window that closes.
  ///
  /// A later window over the same pane may have more of its records: those of a partition that was
  /// silent while the first one closed.
  mutating func record(pane: Int64, state: PaneState) {
    var page = Page(pane: pane, records: 0, covers: [])
    for entry in state.entries {
      page.records.add(entry.population.records)
      page.covers.merge(entry.population.covers)
    }
    guard page.records > 0 else { return }
    let place = position(of: pane)
    if place < pages.count, pages[place].pane == pane { return pages[place] = page }
    insert(page, at: place)
  }

  /// The first pane with records that count.
  var firstCounted: Int64? { pages.first { $0.records > 0 }?.pane }

  private mutating func insert(_ page: Page, at place: Int) {
    pages.insert(page, at: place)
    firstPane = firstPane.map { min($0, page.pane) }
    guard pages.count > limit else { return }
    forget(before: pages.removeFirst().pane + 1)
  }

  /// Notes records of a pane that come when windows with it have closed: they count when another
  /// one closes, if any does.
  mutating func leaveOut(pane: Int64, state: PaneState) {
    let covers = state.entries.reduce(into: []) { $0.merge($1.population.covers) }
    guard !covers.isEmpty, pane >= firstPane ?? pane else { return }
    let place = position(of: pane)
    if place == pages.count || pages[place].pane != pane {
      insert(Page(pane: pane, records: 0, covers: []), at: place)
    }
    guard let index = pages.firstIndex(where: { $0.pane == pane }) else { return }
    pages[index].late.merge(covers)
  }

  /// Of the first page that is not before a pane's.
  private func position(of pane: Int64) -> Int {
    var (place, end) = (0, pages.count)
    while place < end {
      let middle = (place + end) / 2
      if pages[middle].pane < pane { place = middle + 1 } else { end = middle }
    }
    return place
  }

  /// Forgets the panes before one, but for the last before another one that hold so many records.
  mutating func forget(before pane: Int64, keeping records: UInt64 = 0, upTo last: Int64 = .max) {
    let end = min(pane, first(holding: records, before: last) ?? .min)
    guard end > .min else { return }
    pages.removeAll { $0.pane < end }
    firstPane = max(end, firstPane ?? end)
  }

  /// Where the last panes before one begin that hold so many records; nil where there are fewer.
  func first(holding records: UInt64, before end: Int64) -> Int64? {
    var sum: UInt64 = 0
    guard records > 0 else { return end }
    for page in pages.reversed() where page.pane < end {
      sum.add(page.records)
      if sum >= records { return page.pane }
    }
    return nil
  }

  /// The records of a set of panes: how many, their cover, and the foreign runs inside it.
  func selection(of panes: Set<Int64>, excludedRuns: Int) -> TrainingSelection {
    var selection = TrainingSelection()
    var runs: [OffsetCover] = []
    for page in pages where panes.contains(page.pane) {
      selection.rows.add(page.records)
      selection.covers.merge(page.covers)
      runs += page.covers
    }
    for cover in selection.covers {
      let own = runs.filter { $0.topic == cover.topic && $0.partition == cover.partition }
        .sorted { $0.start < $1.start }
      var position = cover.start
      for run in own {
        if run.start > position {
          var gap = cover
          (gap.start, gap.end, gap.watermark) = (position, run.start, nil)
          selection.excluded.append(gap)
        }
        position = max(position, run.end)
      }
    }
    if selection.excluded.count > excludedRuns {
      selection.excluded.removeLast(selection.excluded.count - excludedRuns)
    }
    let selected = pages.filter { panes.contains($0.pane) }
    selection.late = Array(LateRun.all(in: selected, selection.covers).prefix(excludedRuns))
    selection.expires = expiry(of: selection.covers)
    return selection
  }

  /// When the first record of some covers may be gone; nil where nobody says that it ever is.
  private func expiry(of covers: [OffsetCover]) -> Timestamp? {
    let instants = covers.compactMap { cover -> Timestamp? in
      guard let written = cover.before?.brokerMilliseconds, cover.topic < retention.count,
        let kept = retention[cover.topic]
      else { return nil }
      let (end, overflow) = written.addingReportingOverflow(kept)
      let (microseconds, overflows) = end.multipliedReportingOverflow(by: 1_000)
      return overflow || overflows ? nil : Timestamp(microseconds: microseconds)
    }
    return instants.min()
  }
}
