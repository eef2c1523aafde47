public import Sketches

/// The shares of records or values that data quality is judged by.
public enum Share: CaseIterable, Sendable {
  /// Records without a usable value, of all records.
  case missing
  /// Records with a value of another type than the reference's, of all records.
  case mismatched
  /// Values of none of the reference's categories, of all values; 0 for a numeric field.
  case unseen
  /// Values below the reference's minimum or above its maximum, of all values; of nothing where it
  /// has no values.
  case outOfRange
  /// Values beyond the reference's fences, of all values; 0 for a categorical field.
  case outliers

  /// The window's share; nil when there is nothing to take a share of.
  public func measure(_ comparison: FieldComparison) -> Measurement {
    Measurement(current(comparison).share)
  }

  /// The window's share of records that miss a value for one reason, of all records.
  public static func missing(
    _ kind: Completeness.Missing,
    _ comparison: FieldComparison
  ) -> Measurement {
    let completeness = comparison.currentCompleteness
    return Measurement(
      Proportion(hits: completeness.missing(kind), count: completeness.records).share
    )
  }

  /// Hits and denominator in the window.
  func current(_ comparison: FieldComparison) -> Proportion {
    let completeness = comparison.currentCompleteness
    return switch self {
    case .missing: Proportion(hits: completeness.missing, count: completeness.records)
    case .mismatched: Proportion(hits: completeness.mismatched, count: completeness.records)
    case .unseen: comparison.unseen(comparison.currentBins.last, completeness)
    case .outOfRange: comparison.outOfItsRange
    case .outliers: Proportion(hits: comparison.outliers.current, count: completeness.values)
    }
  }

  /// Hits and denominator in the reference, none of whose values is outside its own range and whose
  /// unseen categories are an estimate, or in an earlier window.
  func reference(_ comparison: FieldComparison) -> Proportion {
    let completeness = comparison.referenceCompleteness
    return switch self {
    case .missing: Proportion(hits: completeness.missing, count: completeness.records)
    case .mismatched: Proportion(hits: completeness.mismatched, count: completeness.records)
    case .unseen: comparison.unseen(comparison.unseenExpected, completeness)
    case .outOfRange:
      Proportion(hits: comparison.referenceOutOfRange, count: completeness.values)
    case .outliers: Proportion(hits: comparison.outliers.reference, count: completeness.values)
    }
  }
}

extension FieldComparison {
  /// Values of unseen categories; a numeric field has none.
  fileprivate func unseen(_ hits: UInt64?, _ completeness: Completeness) -> Proportion {
    Proportion(hits: isNumeric ? 0 : hits ?? 0, count: completeness.values)
  }

  /// The window's values outside the reference's range; without values there is none.
  fileprivate var outOfItsRange: Proportion {
    let hasRange = referenceCompleteness.values > 0
    return Proportion(
      hits: hasRange ? outOfRange : 0,
      count: hasRange ? currentCompleteness.values : 0
    )
  }
}

extension Share {
  /// Hits on both sides of a comparison.
  public struct Sides: Equatable, Sendable {
    /// Of the reference, or of an earlier window in its place.
    public var reference: UInt64 = 0
    /// Of the window.
    public var current: UInt64 = 0

    /// None on either side.
    public init() {}
  }
}

/// How many of how many.
public struct Proportion: Equatable, Sendable {
  /// Those that count; at most `count`.
  public var hits: UInt64
  /// All.
  public var count: UInt64

  /// Hits of a count.
  public init(hits: UInt64, count: UInt64) {
    precondition(hits <= count, "\(hits) hits of \(count)")
    self.hits = hits
    self.count = count
  }

  /// Hits over all, from 0 to 1; nil of nothing.
  public var share: Double? { count > 0 ? Double(hits) / Double(count) : nil }
}
