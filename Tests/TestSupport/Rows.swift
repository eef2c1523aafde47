public import Records
public import Reference

/// Rows for tests, written as JSON.
public struct Rows {
  /// One JSON text a row.
  public var lines: [String]
  /// Rows decoded at once.
  public var batchSize = 4096

  /// Rows by their texts.
  public init(_ lines: [String]) { self.lines = lines }

  /// One field `x` with these JSON values.
  public init(x values: [String]) { lines = values.map { "{\"x\":\($0)}" } }

  /// The rows as batches.
  public var batches: [RecordBatch] {
    stride(from: 0, to: lines.count, by: batchSize).map { start in
      var batch = RecordBatch()
      for line in lines[start..<min(lines.count, start + batchSize)] {
        let bytes = Array(line.utf8)
        batch.append(payload: bytes.isEmpty ? nil : bytes.span, offset: 0)
      }
      return batch
    }
  }

  /// The fields found in the rows.
  public func schema(known: [String] = []) throws -> [FieldSchema] {
    var scan = SchemaScan(known: known.map { FieldPath($0) })
    for batch in batches { try scan.record(batch) }
    return scan.fields
  }

  /// A collector that took all rows in.
  public func collector(
    kinds: [String: FieldKind] = [:],
    time: String? = nil,
    window: Duration? = nil,
    segments: [String] = [],
    memory: Int = 1 << 28
  ) throws -> ValueCollector {
    let fields = try schema(known: [time].compactMap(\.self)).map { field in
      FieldSchema(path: field.path, types: field.types, kind: kinds[field.path.description])
    }
    var resources = ValueCollector.Resources()
    resources.memory = memory
    let path = time.map { FieldPath($0) }
    var collector = ValueCollector(
      fields: fields,
      time: path,
      window: window,
      segments: segments.compactMap { name in
        fields.firstIndex { $0.path.description == name }
      },
      resources: resources
    )
    try decode(fields, time: path) { batch in
      try collector.record(
        batch,
        columns: Array(fields.indices),
        timeColumn: time == nil ? nil : fields.count
      )
    }
    return collector
  }

  /// Decodes the rows batch by batch.
  public func decode(
    _ fields: [FieldSchema],
    time: FieldPath? = nil,
    _ body: (ColumnBatch) throws -> Void
  ) throws {
    let requests = fields.map(\.request) + (time.map { [FieldRequest(path: $0)] } ?? [])
    var decoder = JSONRecordDecoder(fields: requests)
    var columns = ColumnBatch()
    for batch in batches {
      decoder.decode(batch, into: &columns)
      try body(columns)
    }
  }

  /// The profile learned from the rows.
  public func learn(
    points: Int = 1000,
    categories: Int = 10_000,
    kinds: [String: FieldKind] = [:],
    time: String? = nil,
    window: Duration? = nil,
    segments: [String] = [],
    prediction: String? = nil,
    memory: Int = 1 << 28
  ) throws -> ProfileLearner.Result {
    var collector = try collector(
      kinds: kinds,
      time: time,
      window: window,
      segments: segments,
      memory: memory
    )
    var learner = ProfileLearner()
    learner.points = points
    learner.categories = categories
    var result = try learner.learn(from: &collector)
    let place = result.profile.fields.firstIndex { $0.name == prediction }
    if let place { result.profile = try ranking(by: place, in: result.profile) }
    return result
  }

  /// The profile with the ranks of its prediction, learned from these rows.
  public func ranking(
    by prediction: Int,
    in profile: ReferenceProfile
  ) throws -> ReferenceProfile {
    var ranking = try PredictionRanking(profile, prediction: prediction)
    let fields = profile.fields.map(\.schema)
    try decode(fields, time: profile.time?.path) { batch in
      ranking.record(
        batch,
        columns: Array(fields.indices),
        timeColumn: profile.time == nil ? nil : fields.count
      )
    }
    return try ranking.ranked()
  }
}
