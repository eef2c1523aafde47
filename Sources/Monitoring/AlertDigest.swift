public import Drift
import Sketches

/// Both distributions as an alert carries them.
public struct AlertDigest: Sendable {
  /// Edges of a numeric field's bins; nil for a categorical one.
  public var edges: [Double]?
  /// The categories named.
  public var categories: [String]
  /// Values of the reference by bin, or by category.
  public var reference: [UInt64]
  /// Values of the window alike.
  public var current: [UInt64]
  /// Values of categories that are not named, and of unseen ones.
  public var others: (reference: UInt64, current: UInt64)
  /// Values of categories that the profile lacks.
  public var unseen: (reference: UInt64, current: UInt64)
  /// All records, and those without a value, of both sides; nil where it does not say.
  public var records: (reference: Records, current: Records)?

  /// Records of one side.
  public struct Records: Sendable {
    /// Accepted.
    public var count: UInt64
    /// Without a value.
    public var missing: UInt64

    /// Records, and how many of them lack a value.
    public init(count: UInt64, missing: UInt64) { (self.count, self.missing) = (count, missing) }
  }

  /// A digest of its parts; nil where they do not fit together.
  public init?(
    edges: [Double]?,
    categories: [String],
    reference: [UInt64],
    current: [UInt64],
    others: (reference: UInt64, current: UInt64),
    unseen: (reference: UInt64, current: UInt64),
    records: (reference: Records, current: Records)? = nil
  ) {
    guard reference.count == current.count,
      reference.count == edges.map({ $0.count + 1 }) ?? categories.count
    else { return nil }
    self.edges = edges
    self.categories = categories
    self.reference = reference
    self.current = current
    self.others = others
    self.unseen = unseen
    self.records = records
  }

  /// Whether categories are put together that the alert's number told apart.
  public var isPartial: Bool { others.reference > 0 || others.current > 0 }

  /// What the bins or categories of `comparison` are called.
  public var binNames: [String] {
    guard let edges else {
      return categories + (isPartial ? ["(others)"] : []) + ["(unseen)"]
    }
    guard let last = edges.last else { return ["all"] }
    let names = edges.indices.map { index in
      let end = edges[index]
      // Between neighbours among doubles there is nothing: one ends below the other, an atom.
      let atom = edges.dropFirst(index + 1).first { $0 == end.nextUp }
      guard index > 0 else { return atom.map { "below \($0)" } ?? "up to \(end)" }
      let start = edges[index - 1]
      if start.nextUp == end { return "\(end)" }
      return atom.map { "(\(start), \($0))" } ?? "(\(start), \(end)]"
    }
    return names + ["above \(last)"]
  }

  /// What statistics over bins look at; of categories that are not named as one.
  public var comparison: FieldComparison {
    var (names, left, right) = (categories, reference, current)
    if edges == nil {
      if isPartial {
        names.append("others")
        left.append(others.reference)
        right.append(others.current)
      }
      left.append(unseen.reference)
      right.append(unseen.current)
    }
    return FieldComparison(
      isNumeric: edges != nil,
      referenceCompleteness: Self.completeness(left, records?.reference),
      currentCompleteness: Self.completeness(right, records?.current),
      edges: edges ?? [],
      categories: names,
      referenceBins: left,
      currentBins: right
    )
  }

  private static func completeness(_ values: [UInt64], _ records: Records?) -> Completeness {
    var completeness = Completeness()
    let count = values.total
    completeness.recordValue(count: count)
    guard let records, records.missing <= records.count, count <= records.count - records.missing
    else { return completeness }
    completeness.recordMissing(.absent, count: records.missing)
    completeness.recordMismatch(count: records.count - records.missing - count)
    return completeness
  }

  /// The largest difference of the distribution functions at the bins' edges.
  public var distanceAtEdges: Double? {
    guard edges != nil else { return nil }
    let (m, n) = (Double(reference.total), Double(current.total))
    guard m > 0, n > 0 else { return nil }
    var (below, largest) = ((reference: UInt64(0), current: UInt64(0)), 0.0)
    for (left, right) in zip(reference, current) {
      below.reference.add(left)
      below.current.add(right)
      largest = max(largest, abs(Double(below.reference) / m - Double(below.current) / n))
    }
    return largest
  }
}
