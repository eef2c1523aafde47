public import Records

/// In which order windows of several sizes close.
///
/// Windows close strictly by their end, ties in the plan's order, so the sequence of closings is
/// the same however the watermark jumps.
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
  /// Start of the next window to close of each specification.
  private var nextStarts: [Int64] = []

  /// Nothing closed yet.
  public init(_ specifications: [WindowSpecification], lateness: Duration) {
    self.specifications = specifications
    self.lateness = lateness.microseconds
  }

  /// Whether the first window is known.
  public var hasBegun: Bool { !nextStarts.isEmpty }

  /// Makes the windows that hold this instant, the earliest accepted, the first to close.
  public mutating func begin(at time: Timestamp) {
    nextStarts = specifications.map { firstStart(of: $0, after: time.microseconds) }
  }

  /// Marks all windows that begin before an instant as closed.
  public mutating func skipWindows(before time: Timestamp) {
    nextStarts = specifications.map {
      firstStart(of: $0, after: time.microseconds + $0.size.microseconds - 1)
    }
  }

  /// The next window to close, if one may close yet.
  ///
  /// - Complexity: O(specifications).
  public func next(_ horizon: Horizon) -> Window? {
    var earliest: Window?
    for index in nextStarts.indices {
      let window = window(index, start: nextStarts[index])
      guard mayClose(window, horizon) else { continue }
      if earliest.map({ window.end < $0.end }) ?? true { earliest = window }
    }
    return earliest
  }

  private func mayClose(_ window: Window, _ horizon: Horizon) -> Bool {
    switch horizon {
    case .watermark(let watermark):
      window.end.microseconds + lateness <= watermark.microseconds
    case .endOfInput(let last):
      window.start < last
    }
  }

  /// Marks a window as closed.
  public mutating func close(_ window: Window) {
    nextStarts[window.specification] += specifications[window.specification].every.microseconds
  }

  /// Marks the windows of a specification that end at or before an instant as closed.
  ///
  /// - Parameters:
  ///   - specification: Position of the specification.
  ///   - time: Start of the next pane that holds anything.
  ///   - horizon: Windows that may not close yet stay open.
  public mutating func skip(_ specification: Int, to time: Timestamp, _ horizon: Horizon) {
    var limit = time.microseconds
    if case .watermark(let watermark) = horizon {
      limit = min(limit, watermark.microseconds - lateness)
    }
    let start = firstStart(of: specifications[specification], after: limit)
    nextStarts[specification] = max(nextStarts[specification], start)
  }

  /// No window still to close reaches back before this instant.
  public var earliestStart: Timestamp? {
    nextStarts.min().map(Timestamp.init(microseconds:))
  }

  /// Start of the earliest window that ends after an instant.
  private func firstStart(of specification: WindowSpecification, after time: Int64) -> Int64 {
    let (size, every) = (specification.size.microseconds, specification.every.microseconds)
    let align = specification.align.microseconds
    return ((time - size - align).dividedDown(by: every).quotient + 1) * every + align
  }

  private func window(_ index: Int, start: Int64) -> Window {
    Window(
      specification: index,
      start: Timestamp(microseconds: start),
      end: Timestamp(microseconds: start + specifications[index].size.microseconds)
    )
  }
}
