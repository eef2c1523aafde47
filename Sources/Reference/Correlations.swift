public import Drift
internal import Sketches

extension ReferenceProfile {
  /// Which numeric fields go together: rank correlations in a sample of the rows.
  public struct Correlations: Equatable, Sendable {
    /// Most pairs that are kept.
    public static let pairLimit = 2000

    /// Two numeric fields.
    public struct Pair: Equatable, Sendable {
      /// The earlier field, by its position in the profile.
      public var first: Int
      /// The later field.
      public var second: Int
      /// How strongly they go together.
      public var correlation: RankCorrelation

      /// Two fields, the earlier one first.
      public init(first: Int, second: Int, correlation: RankCorrelation) {
        precondition(first < second, "fields \(first) and \(second)")
        self.first = first
        self.second = second
        self.correlation = correlation
      }

      /// The stronger pair comes first, equally strong ones by their positions.
      func precedes(_ other: Self) -> Bool {
        let own = correlation.value.magnitude
        let others = other.correlation.value.magnitude
        return own == others ? (first, second) < (other.first, other.second) : own > others
      }
    }

    /// Rows in the sample; a pair counts those in which both fields have a number.
    public var rows: UInt64
    /// Strongest first, whichever their sign; all pairs that can be told when they are few.
    public var pairs: [Pair]

    /// Correlations as they were learned.
    public init(rows: UInt64, pairs: [Pair]) {
      self.rows = rows
      self.pairs = pairs
    }
  }

  /// How strongly two fields go together in the reference, in either order.
  ///
  /// - Parameters:
  ///   - first: Name of a field.
  ///   - second: Name of another one.
  /// - Returns: nil when the profile does not say: a field is constant, is not numeric or not
  ///   there, has too few numbers, or other pairs go together more strongly.
  /// - Complexity: O(fields + pairs).
  public func correlation(_ first: String, _ second: String) -> RankCorrelation? {
    guard let one = position(of: first), let other = position(of: second) else { return nil }
    let pair = correlations?.pairs.first {
      $0.first == min(one, other) && $0.second == max(one, other)
    }
    return pair?.correlation
  }

  /// The pairs of names of which it is known how they go together.
  public var correlatedNames: Set<Set<String>> {
    Set((correlations?.pairs ?? []).map { [fields[$0.first].name, fields[$0.second].name] })
  }

  private func position(of name: String) -> Int? {
    fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

extension ReferenceProfile.Correlations {
  /// Learns the correlations of the rows of a sample; nil when there are none to tell.
  ///
  /// - Parameters:
  ///   - sample: Numbers of some rows.
  ///   - fields: What was learned of all rows.
  /// - Complexity: O(pairs of fields · rows of the sample).
  init?(_ sample: RowSample, fields: [ReferenceProfile.Field]) {
    let columns = sample.fields.indices.map { position in
      fields[sample.fields[position]].ranks(of: sample.column(position))
    }
    rows = UInt64(sample.rowCount)
    pairs = []
    for first in columns.indices {
      for second in columns.indices.dropFirst(first + 1) {
        let comoments = Self.comoments(columns[first], columns[second])
        guard comoments.count >= CorrelationChange.fewestRows,
          let correlation = RankCorrelation(comoments)
        else { continue }
        pairs.append(
          Pair(
            first: sample.fields[first],
            second: sample.fields[second],
            correlation: correlation
          )
        )
      }
      if pairs.count > 2 * Self.pairLimit { keepStrongest() }
    }
    keepStrongest()
    if pairs.isEmpty { return nil }
  }

  private mutating func keepStrongest() {
    pairs.sort { $0.precedes($1) }
    pairs.removeLast(max(0, pairs.count - Self.pairLimit))
  }

  private static func comoments(_ first: [UInt16?], _ second: [UInt16?]) -> Comoments {
    var comoments = Comoments()
    for row in first.indices {
      if let one = first[row], let other = second[row] { comoments.record(one, other) }
    }
    return comoments
  }
}

extension ReferenceProfile.Field {
  /// The ranks of numbers in a numeric field; nil for what is NaN.
  fileprivate func ranks(of numbers: [Double]) -> [UInt16?] {
    guard case .numeric(let reference) = reference.distribution else {
      preconditionFailure("\(name) is not numeric")
    }
    let table = RankTable(reference)
    return numbers.map { $0.isNaN ? nil : table[reference.points.cell(of: $0)] }
  }
}
