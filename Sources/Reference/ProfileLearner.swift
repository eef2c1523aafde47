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
  /// Most points of a numeric field that can be asked for.
  public static let mostPoints = 1_000_000
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
    let windows = WindowOrder(collector.windowsInTime, rows: collector.rowsByWindow)
    let ends = [windows.whole.first, windows.whole.last, windows.cutStart, windows.cutEnd]
    let fewest = ends.compactMap { $0.map { collector.rowsByWindow[$0] } }.min()
    if let fewest, fewest < windows.usual / 2 {
      warnings.append(.partialWindow(rows: fewest, usual: windows.usual))
    }
    for index in collector.fields.indices {
      let rows = LearnedRows(of: index, in: collector)
      switch collector.fields[index].kind {
      case .numeric:
        fields.append(try numeric(collector.store.takeNumbers(index), of: rows, points: points))
      case .categorical:
        let (field, distinct) = try categorical(collector.store.takeTexts(index), of: rows)
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
    var profile = ReferenceProfile(
      rows: collector.rows,
      rejected: collector.rejected,
      time: collector.time,
      window: collector.window.map { ReferenceProfile.Windowing(size: $0) },
      rhythm: collector.rhythm.rhythm,
      fields: fields,
      correlations: ReferenceProfile.Correlations(collector.sample, fields: fields)
    )
    let inTime = collector.windowsInTime
    for index in collector.segments.indices.sorted(by: {
      collector.segments[$0].field < collector.segments[$1].field
    }) {
      profile.segmentFields.append(
        try segments(of: &collector.segments[index], profile, inTime: inTime)
      )
    }
    let count = profile.segmentFields.reduce(0) { $0 + $1.segments.count }
    guard count <= SegmentLimits.segments else {
      throw ReferenceError(
        .tooManySegments,
        "the fields of --segment have \(count) values together; at most "
          + "\(SegmentLimits.segments) are learned"
      )
    }
    return Result(profile: profile, warnings: warnings)
  }

  /// Learns the fields of each value's rows, the values in the order of the categories.
  private func segments(
    of collector: inout SegmentCollector,
    _ profile: ReferenceProfile,
    inTime: [Int]
  ) throws(ReferenceError) -> ReferenceProfile.SegmentField {
    let field = profile.fields[collector.field]
    let order = Dictionary(
      uniqueKeysWithValues: field.categories.enumerated().map { (Array($1.utf8), $0) }
    )
    var learned: [(place: Int, segment: ReferenceProfile.Segment)] = []
    for index in collector.segments.indices {
      guard let place = order[collector.segments[index].value.bytes] else { continue }
      var fields: [ReferenceProfile.Field] = []
      for position in profile.fields.indices {
        let rows = LearnedRows(of: position, in: collector, segment: index, inTime: inTime)
        switch rows.schema.kind {
        case .numeric:
          let tallies = collector.takeNumbers(index, position)
          fields.append(
            try numeric(tallies, of: rows, points: min(points, SegmentLimits.points))
          )
        case .categorical:
          let tallies = collector.takeTexts(index, position)
          fields.append(try categorical(tallies, of: rows).field)
        }
      }
      let segment = ReferenceProfile.Segment(
        value: collector.segments[index].value.string,
        rows: collector.segments[index].rows,
        fields: fields
      )
      learned.append((place, segment))
    }
    learned.sort { $0.place < $1.place }
    return ReferenceProfile.SegmentField(name: field.name, segments: learned.map(\.segment))
  }

  private func numeric(
    _ tallies: Tallies<Double>,
    of rows: LearnedRows,
    points: Int
  ) throws(ReferenceError) -> ReferenceProfile.Field {
    let learned = try NumericLearning(tallies, count: rows.completeness.values, limit: points)
    let confidence = Confidence.standard(fields: rows.fieldCount, alpha: Self.alpha)
    let natural = try natural(of: rows) { variation throws(ReferenceError) in
      let distances = try variation.kolmogorovSmirnov(tallies)
      return variation.bounds(distances) { distance, current, others in
        DriftBound.numeric(
          distance: distance,
          bound: 0,
          referenceCount: others,
          currentCount: current,
          confidence: confidence
        )
      }
    }
    return ReferenceProfile.Field(
      name: rows.schema.path.description,
      types: rows.schema.types,
      reference: FieldReference(
        distribution: .numeric(learned.reference),
        completeness: rows.completeness,
        natural: natural
      ),
      fences: learned.fences
    )
  }

  private func categorical(
    _ tallies: Tallies<TextKey>,
    of rows: LearnedRows
  ) throws(ReferenceError) -> (field: ReferenceProfile.Field, distinct: UInt64) {
    let learned = try CategoricalLearning(tallies, limit: categories)
    let confidence = Confidence.standard(fields: rows.fieldCount, alpha: Self.alpha)
    let natural = try natural(of: rows) { variation throws(ReferenceError) in
      let (distances, spread) = try variation.totalVariation(tallies, kept: learned.kept)
      return variation.bounds(distances) { distance, current, others in
        DriftBound.categorical(
          distance: distance,
          pooledSpread: spread,
          referenceCount: others,
          currentCount: current,
          confidence: confidence
        )
      }
    }
    let field = ReferenceProfile.Field(
      name: rows.schema.path.description,
      types: rows.schema.types,
      reference: FieldReference(
        distribution: .categorical(learned.reference),
        completeness: rows.completeness,
        natural: natural
      )
    )
    return (field, learned.distinct)
  }

  /// How far one more part of the reference would go; nil when there are no two windows.
  private func natural(
    of rows: LearnedRows,
    drift: (WindowVariation) throws(ReferenceError) -> [Double?]
  ) throws(ReferenceError) -> NaturalVariation? {
    guard let windows = rows.windows else { return nil }
    let values = WindowVariation(sizes: windows.values, order: windows.order)
    let cells = WindowVariation(sizes: windows.rows, order: windows.order)
    let missing = cells.parts.sums(windows.missing)
    let allMissing = missing.reduce(0, +)
    let missingBounds = windows.rows.indices.map { window -> Double? in
      guard let part = cells.parts.parts[window], let others = cells.others(of: window) else {
        return nil
      }
      return ShareChange.bound(
        current: Proportion(hits: windows.missing[window], count: windows.rows[window]),
        reference: Proportion(hits: allMissing - missing[part], count: others),
        alpha: Self.alpha
      )
    }
    return NaturalVariation(
      drift: values.parts.prediction(try drift(values)),
      missing: cells.parts.prediction(missingBounds)
    )
  }
}
