internal import Records

/// Windows [k · every + align, + size) counted from 1970-01-01T00:00:00Z; with `minRecords`,
/// windows that wait for records.
///
/// A window that waits for records begins where the last one ended and is as many sizes long as it
/// takes to hold `minRecords` accepted records of all model versions together, at most `longest`:
/// then it closes with what it has, so that nothing waits for ever. Its end is where event time
/// says, never a record's place in the stream, since that would depend on the order of arrival.
///
/// Files say `min_records`, as rules and triggers do of the fewest records that they speak on, and
/// `at_most` for the longest.
public struct WindowSpecification: Hashable, Sendable {
  /// Length of a window; positive, whole microseconds.
  ///
  /// A window that waits for records has at least this length and grows by it.
  public let size: Duration
  /// Distance between the starts of two windows; equal to `size` for tumbling windows, and the
  /// least such distance for windows that wait for records.
  public let every: Duration
  /// Offset of the first window from the epoch: 0 ..< every.
  public let align: Duration
  /// Accepted records that a window waits for; nil for windows of a fixed size.
  public let minRecords: UInt64?
  /// How long a window waits for records at most, a multiple of `size`; nil for windows of a fixed
  /// size, and where a file leaves it to the plan.
  public let atMost: Duration?

  /// - Parameters:
  ///   - size: Positive.
  ///   - every: Positive, at most `size`; nil for tumbling windows.
  ///   - align: Any; reduced to 0 ..< every.
  ///   - minRecords: Positive, for tumbling windows only; nil for windows of a fixed size.
  ///   - atMost: A multiple of `size`, with `minRecords` only.
  public init(
    size: Duration,
    every: Duration? = nil,
    align: Duration = .zero,
    minRecords: UInt64? = nil,
    atMost: Duration? = nil
  ) {
    let hop = every ?? size
    precondition(size.microseconds > 0, "window size \(size) is not positive")
    precondition(hop.microseconds > 0 && hop <= size, "window hop \(hop) is not in (0, \(size)]")
    precondition(minRecords == nil || hop == size, "windows of hop \(hop) wait for records")
    precondition(minRecords != 0, "a window waits for no records")
    self.size = size
    self.every = hop
    self.align = .microseconds(align.microseconds.dividedDown(by: hop.microseconds).remainder)
    self.minRecords = minRecords
    self.atMost = atMost
    precondition(
      atMost.map { minRecords != nil && canLast($0) } ?? true,
      "windows of \(size) that wait for \(minRecords ?? 0) records last at most \(longest)"
    )
  }

  /// The longest that a window gets.
  public var longest: Duration { atMost ?? size }

  /// Distance between the starts of two windows in a row that hold nothing: those that wait for
  /// records have waited as long as they can.
  public var emptyStep: Duration { minRecords == nil ? every : longest }

  /// Whether there are windows of this length.
  public func canLast(_ length: Duration) -> Bool {
    guard minRecords != nil else { return length == size }
    return length >= size && length <= longest
      && length.microseconds.isMultiple(of: size.microseconds)
  }
}

extension Duration {
  /// Whole microseconds, rounded toward zero.
  public var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
