internal import Sketches

/// The rank of a value in a reference, in 16 bits: 0 below all of it, 65,535 above.
///
/// The rank of a cell is the share of the reference that lies below it, and half of what lies in
/// it: for equal values the mid-rank, for a gap of a compressed reference its middle.
public struct RankTable: Equatable, Sendable {
  /// The rank of each cell, in the order of `ReferenceCounts.cells`; it does not fall.
  public let ranks: [UInt16]

  /// The ranks in a reference, rounded half up in integers; all are 0 in one without values.
  ///
  /// - Complexity: O(points).
  public init(_ reference: NumericReference) {
    let count = UInt128(reference.count)
    ranks = reference.twiceMidRanks.map { middle in
      count > 0 ? UInt16((middle * UInt128(UInt16.max) + count) / (2 * count)) : 0
    }
  }

  /// The rank of the values of a cell.
  public subscript(cell: Int) -> UInt16 { ranks[cell] }
}
