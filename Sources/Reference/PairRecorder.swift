internal import Drift
public import Records
public import Sketches

/// How one row enters the co-moments of two numeric fields.
public struct PairRecorder: Sendable {
  private struct Side {
    let points: ReferencePoints
    let ranks: RankTable

    /// The rank of a cell's number; nil where there is none.
    func rank(_ batch: borrowing ColumnBatch, _ column: Int, _ row: Int) -> UInt16? {
      guard batch.columns[column].tags[row] == .number else { return nil }
      return ranks[points.cell(of: batch.columns[column].numbers[row])]
    }
  }

  private let first: Side
  private let second: Side

  /// A recorder for two fields of a profile.
  ///
  /// - Returns: nil unless both are numeric.
  public init?(_ first: ReferenceProfile.Field, _ second: ReferenceProfile.Field) {
    guard case .numeric(let one) = first.reference.distribution,
      case .numeric(let other) = second.reference.distribution
    else { return nil }
    self.first = Side(points: one.points, ranks: RankTable(one))
    self.second = Side(points: other.points, ranks: RankTable(other))
  }

  /// Counts a row, unless one of the fields has no number in it.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - columns: Of the two fields.
  ///   - row: A usable row.
  ///   - comoments: State of this pair.
  /// - Complexity: O(log points). Allocates nothing.
  public func record(
    _ batch: borrowing ColumnBatch,
    columns: (Int, Int),
    row: Int,
    into comoments: inout Comoments
  ) {
    guard let one = first.rank(batch, columns.0, row),
      let other = second.rank(batch, columns.1, row)
    else { return }
    comoments.record(one, other)
  }
}
