public import Records

/// The finest slices of event time that all windows are made of.
///
/// A pane is the greatest common divisor of all sizes, hops and offsets in use, so every window is
/// a whole number of panes and each record is counted once, however many windows overlap.
public struct PaneGrid: Equatable, Sendable {
  /// Length of a pane in microseconds.
  public let width: Int64

  /// The grid that all the windows fit on.
  public init(_ windows: [WindowSpecification]) {
    precondition(!windows.isEmpty, "a grid of no windows")
    var width: Int64 = 0
    for window in windows {
      for length in [window.size, window.every, window.align] {
        width = Self.greatestCommonDivisor(width, length.microseconds)
      }
    }
    self.width = width
  }

  /// Number of the pane that holds an instant.
  public func pane(at time: Timestamp) -> Int64 {
    time.microseconds.dividedDown(by: width).quotient
  }

  /// The panes of all instants that leave room for lateness and windows on both sides.
  public var panes: ClosedRange<Int64> {
    let (first, last) = (Timestamp(microseconds: .min / 4), Timestamp(microseconds: .max / 4))
    return pane(at: first)...pane(at: last)
  }

  /// First instant of a pane.
  public func start(of pane: Int64) -> Timestamp { Timestamp(microseconds: pane * width) }

  /// First instant after a pane.
  public func end(of pane: Int64) -> Timestamp { Timestamp(microseconds: (pane + 1) * width) }

  private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    right == 0 ? left : greatestCommonDivisor(right, left % right)
  }
}
