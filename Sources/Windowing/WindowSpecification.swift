internal import Records

/// Windows [k · every + align, + size) counted from 1970-01-01T00:00:00Z.
public struct WindowSpecification: Hashable, Sendable {
  /// Length of a window; positive, whole microseconds.
  public let size: Duration
  /// Distance between the starts of two windows; equal to `size` for tumbling windows.
  public let every: Duration
  /// Offset of the first window from the epoch: 0 ..< every.
  public let align: Duration

  /// - Parameters:
  ///   - size: Positive.
  ///   - every: Positive, at most `size`; nil for tumbling windows.
  ///   - align: Any; reduced to 0 ..< every.
  public init(size: Duration, every: Duration? = nil, align: Duration = .zero) {
    let hop = every ?? size
    precondition(size.microseconds > 0, "window size \(size) is not positive")
    precondition(hop.microseconds > 0 && hop <= size, "window hop \(hop) is not in (0, \(size)]")
    self.size = size
    self.every = hop
    self.align = .microseconds(align.microseconds.dividedDown(by: hop.microseconds).remainder)
  }
}

extension Duration {
  /// Whole microseconds, rounded toward zero.
  public var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
