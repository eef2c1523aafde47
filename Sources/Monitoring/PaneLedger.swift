import Sketches
import Windowing

/// Where the accepted records of the panes closed lately stand: what a trigger's offsets are
/// made of.
struct PaneLedger: Equatable, Sendable {
  struct Page: Equatable, Sendable {
    var pane: Int64
    var records: UInt64
    var covers: [OffsetCover]
  }

  /// Increasing by pane.
  var pages: [Page] = []
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
    if place == 0, pages.count >= limit { return }
    pages.insert(page, at: place)
    if pages.count > limit { pages.removeFirst() }
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

  /// Forgets the panes before one, but for the last that hold so many records.
  mutating func forget(before pane: Int64, keeping records: UInt64 = 0) {
    let kept = first(holding: records, before: .max) ?? .min
    pages.removeAll { $0.pane < min(pane, kept) }
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
    return selection
  }
}

/// The records a trigger asks to train on.
public struct TrainingSelection: Equatable, Sendable {
  /// Accepted records.
  public var rows: UInt64 = 0
  /// Smallest range of each partition that holds them.
  public var covers: [OffsetCover] = []
  /// Runs inside those ranges that hold none of them.
  public var excluded: [OffsetCover] = []
}
