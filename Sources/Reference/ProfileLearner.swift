internal import Drift
internal import Records
internal import Sketches

/// Learns a reference profile from the rows a collector took in.
public struct ProfileLearner: Sendable {
  /// Most points of a numeric field; with fewer distinct values the profile is exact.
  public var points = 1000
  /// Most categories of a categorical field; the rest is summed.
  public var categories = 10_000

  /// The fewest points that can be asked for: minimum, maximum, edges and fences, and some between.
  public static let fewestPoints = PointSelection.fewestPoints
  /// False alarms per window that `natural` is taken at.
  private static let alpha = 0.001
  /// Fewest values from which a field can look like an identifier.
  private static let identifierFloor: UInt64 = 20

  /// 1,000 points, 10,000 categories.
  public init() {}

  /// A profile, and what its user should be told.
  public struct Result: Sendable {
    /// What was learned.
    public var profile: ReferenceProfile
    /// What should be looked at before the profile is used.
    public var warnings: [ProfileWarning]
  }

  /// Learns every field; the collector is empty afterwards.
  ///
  /// - Throws: `temporaryFile`.
  /// - Complexity: A few times through each field's sorted values; memory O(points + windows).
  public func learn(from collector: inout ValueCollector) throws(ReferenceError) -> Result {
    precondition(points >= Self.fewestPoints, "\(points) points, at least \(Self.fewestPoints)")
    var fields: [ReferenceProfile.Field] = []
    var warnings: [ProfileWarning] = []
    for rejected in collector.rejected { warnings.append(.rejected(rejected)) }
    if collector.rows == 0 { warnings.append(.noRows) }
    if collector.window != nil, collector.rowsByWindow.count < 2 { warnings.append(.oneWindow) }
    if let fewest = collector.rowsOfOuterWindows.min() {
      let usual = collector.rowsByWindow.sorted()[collector.rowsByWindow.count / 2]
      if fewest < usual / 2 { warnings.append(.partialWindow(rows: fewest, usual: usual)) }
    }
    for index in collector.fields.indices {
      switch collector.fields[index].kind {
      case .numeric: fields.append(try numeric(index, of: &collector))
      case .categorical:
        let (field, distinct) = try categorical(index, of: &collector)
        let count = field.reference.completeness.values
        if count >= Self.identifierFloor, distinct > collector.rows / 2 {
          warnings.append(.identifier(field: field.name, distinct: distinct))
        }
        fields.append(field)
      }
      if fields[index].reference.completeness.values == 0, collector.rows > 0 {
        warnings.append(.noValues(field: fields[index].name))
      }
    }
    let profile = ReferenceProfile(
      rows: collector.rows,
      rejected: collector.rejected,
      time: collector.time,
      window: collector.window.map { ReferenceProfile.Windowing(size: $0) },
      rhythm: collector.rhythm.rhythm,
      fields: fields,
      correlations: ReferenceProfile.Correlations(collector.sample, fields: fields)
    )
    return Result(profile: profile, warnings: warnings)
  }

  private func numeric(
    _ index: Int,
    of collector: inout ValueCollector
  ) throws(ReferenceError) -> ReferenceProfile.Field {
    let tallies = collector.store.takeNumbers(index)
    let completeness = collector.completeness[index]
    let learned = try NumericLearning(tallies, count: completeness.values, limit: points)
    let confidence = Confidence.standard(fields: collector.fields.count, alpha: Self.alpha)
    let natural = try natural(index, of: collector) { variation throws(ReferenceError) in
      let distances = try variation.kolmogorovSmirnov(tallies)
      return variation.largest(distances) { distance, current, rest in
        DriftBound.numeric(
          distance: distance,
          bound: 0,
          referenceCount: rest,
          currentCount: current,
          confidence: confidence
        )
      }
    }
    return ReferenceProfile.Field(
      name: collector.fields[index].path.description,
      types: collector.fields[index].types,
      reference: FieldReference(
        distribution: .numeric(learned.reference),
        completeness: completeness,
        natural: natural
      ),
      fences: learned.fences
    )
  }

  private func categorical(
    _ index: Int,
    of collector: inout ValueCollector
  ) throws(ReferenceError) -> (field: ReferenceProfile.Field, distinct: UInt64) {
    let tallies = collector.store.takeTexts(index)
    let learned = try CategoricalLearning(tallies, limit: categories)
    let confidence = Confidence.standard(fields: collector.fields.count, alpha: Self.alpha)
    let natural = try natural(index, of: collector) { variation throws(ReferenceError) in
      let (distances, spread) = try variation.totalVariation(tallies, kept: learned.kept)
      return variation.largest(distances) { distance, current, rest in
        DriftBound.categorical(
          distance: distance,
          pooledSpread: spread,
          referenceCount: rest,
          currentCount: current,
          confidence: confidence
        )
      }
    }
    let field = ReferenceProfile.Field(
      name: collector.fields[index].path.description,
      types: collector.fields[index].types,
      reference: FieldReference(
        distribution: .categorical(learned.reference),
        completeness: collector.completeness[index],
        natural: natural
      )
    )
    return (field, learned.distinct)
  }

  /// The largest bounds of any window against the rest; nil when there are no two windows.
  private func natural(
    _ index: Int,
    of collector: ValueCollector,
    drift: (WindowVariation) throws(ReferenceError) -> Double
  ) throws(ReferenceError) -> NaturalVariation? {
    let rows = collector.rowsByWindow
    guard collector.window != nil, rows.count > 1 else { return nil }
    let missing = collector.missingByWindow[index]
    let allMissing = missing.reduce(0, +)
    let missingBounds = rows.indices.map { window in
      let rest = collector.rows - rows[window]
      return ShareChange.bound(
        current: Proportion(hits: missing[window], count: rows[window]),
        reference: Proportion(hits: allMissing - missing[window], count: rest),
        alpha: Self.alpha
      )
    }
    return NaturalVariation(
      drift: try drift(WindowVariation(sizes: collector.valuesByWindow[index])),
      missing: missingBounds.max() ?? 0
    )
  }
}

extension WindowVariation {
  /// The largest bound of the windows that can be compared; 0 without any.
  fileprivate func largest(
    _ distances: [Double?],
    bound: (_ distance: Double, _ current: UInt64, _ rest: UInt64) -> Double
  ) -> Double {
    var largest = 0.0
    for (window, distance) in distances.enumerated() {
      guard let distance else { continue }
      largest = max(largest, bound(distance, sizes[window], total - sizes[window]))
    }
    return largest
  }
}
