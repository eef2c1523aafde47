/// Window state that is only ever added to, so that the order of arrival cannot matter.
///
/// Every summary in this room obeys four laws, checked by `brokenSummaryLaw` in `TestSupport`:
/// `merge` is associative, commutative, has the empty summary of the same layout as identity, and
/// recording a stream in pieces and merging equals recording it at once. State is integers and
/// extrema only; no floating-point sum stands anywhere in it. A window is the merge of its panes,
/// and the result is byte-identical under any interleaving, batch size or restart.
public protocol Summary: Equatable, Sendable {
  /// Adds the other summary's state; both must have the same layout.
  mutating func merge(_ other: Self)
}

extension Array where Element == UInt64 {
  /// Adds the other counters one by one, saturating so that the laws hold at the limit too.
  ///
  /// - Complexity: O(count).
  @inlinable
  package mutating func add(_ other: [UInt64]) {
    precondition(count == other.count, "layouts differ: \(count) and \(other.count) counters")
    for index in indices {
      self[index].add(other[index])
    }
  }
}

extension UInt64 {
  /// Adds without wrapping: a full counter stays full.
  @inlinable
  package mutating func add(_ other: UInt64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}

extension Sequence<UInt64> {
  /// The sum of all, without wrapping.
  ///
  /// - Complexity: O(count).
  @inlinable package var total: UInt64 { reduce(into: 0) { $0.add($1) } }
}
