import Sketches

/// Which cells of a numeric field its bins are made of.
///
/// Bins are (a, b] between the reference's distinct deciles, the outer ones open. An atom is a
/// value that two deciles or more are equal to; it would hide what lies between it and the decile
/// below. That has a bin of its own, which ends at the greatest number below the atom: what moves
/// from the atom to whatever lies below it moves between bins. Where neither side has a value in
/// there, it is left out: an empty bin adds nothing but a prior, and the more the smaller the
/// window is.
public struct NumericBins: Equatable, Sendable {
  /// How many cells there are up to the end of each bin but the last: an even number, or an odd one
  /// just below an atom.
  private let ends: [Int]

  /// The bins of what was counted.
  ///
  /// - Parameters:
  ///   - edges: Positions of the deciles among the points, increasing.
  ///   - atoms: Those that two deciles or more are equal to.
  ///   - sides: What is compared, in the order of `ReferenceCounts.cells`.
  /// - Complexity: O(points).
  public init(edges: [Int], atoms: Set<Int>, of sides: [[UInt64]]) {
    ends = edges.reduce(into: []) { ends, edge in
      let below = (ends.last ?? 0)..<(2 * edge + 1)
      if atoms.contains(edge), sides.contains(where: { $0[below].contains { $0 > 0 } }) {
        ends.append(2 * edge + 1)
      }
      ends.append(2 * edge + 2)
    }
  }

  /// How many there are.
  public var count: Int { ends.count + 1 }

  /// Where bins end.
  ///
  /// - Parameter points: Those that were counted at.
  /// - Returns: The greatest number of each bin but the last, in field units.
  public func edges(at points: [Double]) -> [Double] {
    ends.map { end in
      let point = points[(end - 1) / 2]
      return end.isMultiple(of: 2) ? point : point.nextDown
    }
  }

  /// Cells added up.
  ///
  /// - Parameter cells: Counts in the order of `ReferenceCounts.cells`.
  /// - Returns: The values of each bin.
  /// - Complexity: O(points).
  public func counts(of cells: [UInt64]) -> [UInt64] {
    zip([0] + ends, ends + [cells.count]).map { start, end in cells[start..<end].total }
  }

  /// The bin that each of so many cells belongs to.
  ///
  /// - Complexity: O(points).
  public func ofCells(_ count: Int) -> [Int] {
    var bin = 0
    return (0..<count).map { cell in
      while bin < ends.count, cell >= ends[bin] { bin += 1 }
      return bin
    }
  }

  /// Which of fewer bins each one is part of.
  func places(in others: Self) -> [Int] {
    ends.map { end in others.ends.firstIndex { end <= $0 } ?? others.ends.count }
      + [others.ends.count]
  }
}

extension NumericReference {
  /// The bins of the reference beside itself.
  ///
  /// - Complexity: O(points).
  public var bins: NumericBins { NumericBins(edges: edges, atoms: atoms, of: [cells]) }

  /// Positions of the points that two or more of the quantiles i/10 are equal to.
  ///
  /// - Complexity: O(points).
  static func atoms(below: [UInt64], equal: [UInt64], count: UInt64) -> Set<Int> {
    var (deciles, point) = ([Int](), 0)
    for rank in Quantile.decileRanks(in: count) {
      while point < below.count, below[point] < rank, rank - below[point] > equal[point] {
        point += 1
      }
      if point < below.count, below[point] < rank { deciles.append(point) }
    }
    return Set(zip(deciles, deciles.dropFirst()).filter { $0 == $1 }.map(\.0))
  }
}

extension FieldReference {
  /// The prediction's ranks for the bins of a comparison, each that of the bin it is part of.
  func predictionRanks(of bins: NumericBins, _ numeric: NumericReference) -> [Double?]? {
    guard let ranks = predictionRanks else { return nil }
    // Profiles from before bins of atoms have one for an atom and what lies below it.
    let known =
      ranks.count == numeric.edges.count + 2
      ? NumericBins(edges: numeric.edges, atoms: [], of: []) : numeric.bins
    return bins.places(in: known).map { ranks[$0] } + ranks.suffix(1)
  }
}
