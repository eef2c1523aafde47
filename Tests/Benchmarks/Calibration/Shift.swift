import Drift
import Sketches
import TestSupport

/// A way in which a population changes, by an amount.
enum Shift: CaseIterable, Sendable {
  /// Normal values are moved by so many standard deviations.
  case mean
  /// The standard deviation of normal values grows by this share of it.
  case deviation
  /// Of four categories with 40, 30, 20 and 10 % the first gives such a share of all to the last.
  case share

  private static let categories = [0.4, 0.7, 0.9, 1]

  /// The largest amount that is tried.
  var limit: Double { self == .share ? 0.4 : 4 }

  /// Draws a sample of a population that was changed.
  func sample(_ count: Int, amount: Double, _ random: inout SplitMix64) -> [Double] {
    switch self {
    case .mean: return Population.normal.sample(count, &random).map { $0 + amount }
    case .deviation: return Population.normal.sample(count, &random).map { $0 * (1 + amount) }
    case .share:
      return (0..<count).map { _ in
        let target = random.uniform()
        if target < amount { return 3 }
        return Double(Self.categories.firstIndex { target < $0 } ?? 3)
      }
    }
  }

  /// Both samples as a monitor sees them, over at most 1,000 points.
  func compare(_ reference: [Double], _ window: [Double]) -> FieldComparison {
    guard self != .share else { return FieldComparison(categories: 4, reference, window) }
    var comparison = Profiling(reference, window).counted(points: Trial.points)
    comparison.purpose = .window
    return comparison
  }

  /// Both samples as other tools see them, the reference's rows in ten blocks.
  func pair(_ reference: [Double], _ window: [Double]) -> PairedValues {
    let blocks = 10
    let rows =
      reference.enumerated().map { ($1, $0 * blocks / reference.count) }
      + window.map { ($0, blocks) }
    var (values, counts): ([Double], [PairCount]) = ([], [])
    var byBlock = [[PairedValues.BlockCount]](repeating: [], count: blocks)
    for (value, block) in rows.sorted(by: { $0.0 < $1.0 }) {
      if value != values.last {
        values.append(value)
        counts.append(PairCount())
      }
      let last = counts.count - 1
      guard block < blocks else {
        counts[last].current += 1
        continue
      }
      counts[last].reference += 1
      if byBlock[block].last?.value == last {
        byBlock[block][byBlock[block].count - 1].count += 1
      } else {
        byBlock[block].append(.init(value: last, count: 1))
      }
    }
    var result = PairedValues(
      numbers: self == .share ? nil : values,
      counts: counts,
      reference: completeness(reference),
      current: completeness(window)
    )
    result.blocks = byBlock
    return result
  }

  private func completeness(_ sample: [Double]) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: UInt64(sample.count))
    return completeness
  }
}
