public import Records

/// In which order windows of several sizes close.
///
/// Windows close strictly by their end, ties in the plan's order, so the sequence of closings is
/// the same however the watermark jumps. Those that wait for records are no exception: all panes up
/// to the horizon are final, so whether such a window is full at an end up to the horizon is known
/// for good, and one that is not ends behind the horizon, that is behind every window that may
/// close now. Waiting can thus never bring out an end that should have come earlier. Only a
/// partition that was idle can still add to a pane before the horizon; what a window has grown
/// beyond it does not take back, so the order of ends holds even then.
public struct WindowSchedule: Equatable, Sendable {
  /// Up to where windows may close.
  public enum Horizon: Equatable, Sendable {
    /// No record before this instant is still missing in any partition.
    case watermark(Timestamp)
    /// All input has ended, and nothing was accepted at or after this instant.
    case endOfInput(Timestamp)
  }

  private let specifications: [WindowSpecification]
  private let lateness: Int64
  /// The next window to close of each specification, one that waits for records as far as it has
  /// grown; empty before the first window is known.
  ///
  /// A schedule goes on from those of an earlier one.
  public var nextWindows: [Window] = []
  /// Specifications of which nothing may close: somebody else has windows of them open that come
  /// before.
  public var held: Set<Int> = []

  /// Nothing closed yet.
  public init(_ specifications: [WindowSpecification], lateness: Duration) {
    self.specifications = specifications
    self.lateness = lateness.microseconds
  }

  /// Start of the next window to close of each specification, in microseconds; empty before the
  /// first window is known.
  public var nextStarts: [Int64] { nextWindows.map(\.start.microseconds) }

  /// Whether the first window is known.
  public var hasBegun: Bool { !nextWindows.isEmpty }

  /// Makes the windows that hold this instant, the earliest accepted, the first to close.
  public mutating func begin(at time: Timestamp) {
    nextWindows = specifications.indices.map { index in
      shortest(index, start: firstStart(of: specifications[index], after: time.microseconds))
    }
  }

  /// Marks all windows as closed that begin before an instant, or end by another.
  public mutating func skipWindows(before time: Timestamp, endingBy last: Timestamp? = nil) {
    nextWindows = specifications.indices.map { index in
      let specification = specifications[index]
      let end = time.microseconds + specification.size.microseconds - 1
      let after = max(end, last?.microseconds ?? end)
      return shortest(index, start: firstStart(of: specification, after: after))
    }
  }

  /// Lets the windows of a specification go on where somebody else has closed the last before them.
  public mutating func release(_ specification: Int, at next: Window) {
    held.remove(specification)
    guard next.start > nextWindows[specification].start else { return }
    nextWindows[specification] =
      Window(specification: specification, start: next.start, end: next.end)
  }

  /// Lets windows that wait for records, and are over without enough of them, wait longer.
  ///
  /// - Parameters:
  ///   - horizon: Windows that are not over yet need not be longer.
  ///   - records: Number of records accepted in a span of whole panes.
  /// - Complexity: O(specifications), and for each that grows O(1) calls and one for each step; a
  ///   call is of panes that no other one asks for.
  public mutating func grow(_ horizon: Horizon, records: (Range<Timestamp>) -> UInt64) {
    for index in nextWindows.indices where !held.contains(index) {
      guard let needed = specifications[index].minRecords, isOver(nextWindows[index].end, horizon)
      else { continue }
      let start = nextWindows[index].start
      let limit = start.adding(specifications[index].longest)
      var end = nextWindows[index].end
      var count = records(start..<end)
      while count < needed, end < limit, isOver(end, horizon) {
        let next = end.adding(specifications[index].size)
        let (sum, isTooMany) = count.addingReportingOverflow(records(end..<next))
        (count, end) = (isTooMany ? .max : sum, next)
      }
      nextWindows[index] = Window(specification: index, start: start, end: end)
    }
  }

  /// The next window to close, if one may close yet; `grow` must have seen the same horizon.
  ///
  /// - Parameters:
  ///   - horizon: Up to where windows may close.
  ///   - end: Windows that begin at or after this instant stay open; nil for none.
  /// - Returns: The window, nil when none may close.
  /// - Complexity: O(specifications).
  public func next(_ horizon: Horizon, before end: Timestamp? = nil) -> Window? {
    var earliest: Window?
    for window in nextWindows where mayClose(window, horizon) {
      if held.contains(window.specification) { continue }
      if let end, window.start >= end { continue }
      if earliest.map({ window.end < $0.end }) ?? true { earliest = window }
    }
    return earliest
  }

  /// Whether more may come after an instant, but nothing before it.
  private func isOver(_ end: Timestamp, _ horizon: Horizon) -> Bool {
    switch horizon {
    case .watermark(let watermark): end.microseconds + lateness <= watermark.microseconds
    case .endOfInput(let last): end < last
    }
  }

  private func mayClose(_ window: Window, _ horizon: Horizon) -> Bool {
    switch horizon {
    case .watermark: isOver(window.end, horizon)
    case .endOfInput(let last): window.start < last
    }
  }

  /// Other specifications whose next window to close begins and ends with this one.
  public func alike(_ window: Window) -> [Int] {
    nextWindows.filter { next in
      next.specification != window.specification && next.start == window.start
        && next.end == window.end && !held.contains(next.specification)
    }.map(\.specification)
  }

  /// Marks a window as closed.
  public mutating func close(_ window: Window) {
    let specification = specifications[window.specification]
    let start =
      specification.minRecords == nil ? window.start.adding(specification.every) : window.end
    nextWindows[window.specification] = shortest(window.specification, start: start.microseconds)
  }

  /// Marks the windows of a specification that end at or before an instant, and hold nothing, as
  /// closed.
  ///
  /// - Parameters:
  ///   - specification: Position of the specification.
  ///   - time: Start of the next pane that holds anything, or after which nothing may close.
  ///   - horizon: Windows that may not close yet stay open.
  public mutating func skip(_ specification: Int, to time: Timestamp, _ horizon: Horizon) {
    var limit = time.microseconds
    if case .watermark(let watermark) = horizon {
      limit = min(limit, watermark.microseconds - lateness)
    }
    let start = nextWindows[specification].start.microseconds
    var next = firstStart(of: specifications[specification], after: limit)
    if specifications[specification].minRecords != nil {
      let step = specifications[specification].emptyStep.microseconds
      next = start + (limit - start).dividedDown(by: step).quotient * step
    }
    if next > start { nextWindows[specification] = shortest(specification, start: next) }
  }

  /// No window still to close reaches back before this instant.
  public var earliestStart: Timestamp? { nextWindows.map(\.start).min() }

  /// Start of the earliest window that ends after an instant, when it is as short as it can be.
  private func firstStart(of specification: WindowSpecification, after time: Int64) -> Int64 {
    let (size, every) = (specification.size.microseconds, specification.every.microseconds)
    let align = specification.align.microseconds
    return ((time - size - align).dividedDown(by: every).quotient + 1) * every + align
  }

  private func shortest(_ index: Int, start: Int64) -> Window {
    let start = Timestamp(microseconds: start)
    return Window(
      specification: index,
      start: start,
      end: start.adding(specifications[index].size)
    )
  }
}

extension Timestamp {
  fileprivate func adding(_ duration: Duration) -> Timestamp {
    Timestamp(microseconds: microseconds + duration.microseconds)
  }
}
