import Records
import Sketches
import Windowing

/// Where the accepted records of the panes closed lately stand: what a trigger's offsets are
/// made of.
struct PaneLedger: Equatable, Sendable {
  struct Page: Equatable, Sendable {
    let pane: Int64
    let records: UInt64
    /// Sorted by partition.
    let covers: [RememberedCover]
    /// Where records of the pane stand that came when it had been entered, and do not count.
    let late: [RememberedCover]

    init(pane: Int64, records: UInt64, covers: [OffsetCover], late: [OffsetCover] = []) {
      (self.pane, self.records) = (pane, records)
      (self.covers, self.late) = (
        covers.map(RememberedCover.init), late.map(RememberedCover.init)
      )
    }

    /// What it takes in memory.
    var bytes: Int {
      let arrays = [covers, late].filter { !$0.isEmpty }
      return arrays.joined().reduce(
        MemoryLayout<Self>.stride + arrays.count * ArrayBytes.header
      ) { $0 + $1.bytes }
    }

    /// What one takes with so many covers that know of no far panes.
    static func bytes(covers count: Int) -> Int {
      MemoryLayout<Self>.stride + ArrayBytes.header + count * RememberedCover.leastBytes
    }
  }

  /// Increasing by pane.
  private(set) var pages: [Page] = []
  /// What they take in memory.
  private(set) var bytes = 0
  /// Panes before this one are not remembered; nil while all are.
  var firstPane: Int64?
  /// Milliseconds for which each topic keeps its records; see `Delta`.
  var retention: [Int64?] = []
  private let limits: Limits

  init(limits: Limits) { self.limits = limits }

  /// Enters a pane of a window that closes.
  ///
  /// A later window over the same pane may have more of its records: those of a partition that was
  /// silent while the first one closed.
  mutating func record(pane: Int64, state: PaneState) {
    guard state.accepted > 0 else { return }
    enter(Page(pane: pane, records: state.accepted, covers: state.covers))
  }

  /// Enters a page, in place of the one of the same pane.
  mutating func enter(_ page: Page) {
    let place = position(of: page.pane)
    bytes += page.bytes
    if place < pages.count, pages[place].pane == page.pane {
      bytes -= pages[place].bytes
      pages[place] = page
    } else {
      pages.insert(page, at: place)
      firstPane = firstPane.map { min($0, page.pane) }
    }
    while pages.count > limits.rememberedPanes || bytes > limits.rememberedBytes, pages.count > 1 {
      let oldest = pages.removeFirst()
      bytes -= oldest.bytes
      firstPane = max(oldest.pane + 1, firstPane ?? .min)
    }
  }

  /// Enters the pages of a snapshot, which are in order.
  mutating func restore(_ page: Page) {
    pages.append(page)
    bytes += page.bytes
  }

  /// The first pane with records that count.
  var firstCounted: Int64? { pages.first { $0.records > 0 }?.pane }

  /// Notes records of a pane that come when windows with it have closed: they count when another
  /// one closes, if any does.
  mutating func leaveOut(pane: Int64, state: PaneState) {
    let covers = state.covers
    guard !covers.isEmpty, pane >= firstPane ?? pane else { return }
    let place = position(of: pane)
    guard place < pages.count, pages[place].pane == pane else {
      return enter(Page(pane: pane, records: 0, covers: [], late: covers))
    }
    let page = pages[place]
    var late = page.late.map(\.cover)
    late.merge(covers)
    enter(
      Page(pane: pane, records: page.records, covers: page.covers.map(\.cover), late: late)
    )
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
    let place = position(of: end)
    bytes -= pages[..<place].reduce(0) { $0 + $1.bytes }
    pages.removeFirst(place)
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

  /// The pages of some panes: of ranges that are apart, increasing.
  private func pages(of panes: [Range<Int64>]) -> [Page] {
    panes.flatMap { pages[position(of: $0.lowerBound)..<position(of: $0.upperBound)] }
  }

  /// How many records some panes have: of ranges that are apart, increasing.
  func records(of panes: [Range<Int64>]) -> UInt64 {
    pages(of: panes).reduce(into: 0) { $0.add($1.records) }
  }

  /// The records of some panes: how many, their cover, and the foreign runs inside it.
  ///
  /// - Parameters:
  ///   - panes: Ranges that are apart, increasing.
  ///   - excludedRuns: So many runs are named at most, of each kind.
  /// - Returns: The records, by partition.
  /// - Complexity: O(n log n) for n covers in the pages.
  func selection(of panes: [Range<Int64>], excludedRuns: Int) -> TrainingSelection {
    var selection = TrainingSelection()
    let pages = pages(of: panes)
    for page in pages { selection.rows.add(page.records) }
    for run in pages.flatMap(\.covers).sorted(by: RememberedCover.precedes) {
      guard let last = selection.covers.indices.last,
        run.isSamePartition(as: selection.covers[last])
      else {
        selection.covers.append(run.cover)
        continue
      }
      let end = selection.covers[last].end
      if run.start > end, selection.excluded.count < excludedRuns {
        selection.excluded.append(run.gap(from: end))
      }
      selection.covers[last].end = max(end, run.end)
    }
    selection.late = Array(LateRun.all(in: pages, selection.covers).prefix(excludedRuns))
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
