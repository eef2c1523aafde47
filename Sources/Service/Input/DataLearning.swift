public import Reference
public import Records

extension RowSource {
  /// Takes in all rows: another way through them.
  ///
  /// - Parameters:
  ///   - fields: What to collect.
  ///   - known: Paths that are expected, but not collected.
  ///   - time: The field with the event's time.
  ///   - window: Length of the windows that are told apart; needs `time`.
  ///   - blockRows: Rows of the blocks that are told apart in their place; without `time`.
  ///   - segments: Places of the fields by whose values rows are also collected apart.
  ///   - resources: Memory and disk.
  /// - Returns: The collector, and what was noticed on the way.
  /// - Throws: `InputError`, `ReferenceError`.
  public func collect(
    _ fields: [FieldSchema],
    known: [FieldPath] = [],
    time: FieldPath? = nil,
    window: Duration? = nil,
    blockRows: UInt64? = nil,
    segments: [Int] = [],
    resources: ValueCollector.Resources = ValueCollector.Resources()
  ) throws -> (collector: ValueCollector, notes: RowNotes) {
    var collector = ValueCollector(
      fields: fields,
      time: time,
      window: window,
      blockRows: blockRows,
      segments: segments,
      resources: resources
    )
    var requests = fields.map(\.request)
    if let time { requests.append(FieldRequest(path: time)) }
    let notes = try forEachBatch(of: requests, known: known) { batch, columns in
      try collector.record(
        batch,
        columns: Array(columns.prefix(fields.count)),
        timeColumn: time == nil ? nil : columns[fields.count]
      )
    }
    return (collector, notes)
  }

  /// Learns a reference: once through the rows, and again where a prediction is ranked.
  ///
  /// - Parameters:
  ///   - fields: What to learn.
  ///   - known: Paths that are expected, but not learned.
  ///   - time: The field with the event's time.
  ///   - window: Length of the windows that `natural` is learned from; needs `time`.
  ///   - segments: Places of the fields whose values are also learned apart.
  ///   - prediction: Place of the numeric prediction.
  ///   - points: Most points of a numeric field.
  /// - Returns: What was learned, and what was noticed on the way.
  /// - Throws: `InputError`, `ReferenceError`.
  public func learn(
    _ fields: [FieldSchema],
    known: [FieldPath],
    time: FieldPath?,
    window: Duration?,
    segments: [Int] = [],
    prediction: Int? = nil,
    points: Int? = nil
  ) throws -> (result: ProfileLearner.Result, notes: RowNotes) {
    var (collector, notes) = try collect(
      fields,
      known: known,
      time: time,
      window: window,
      segments: segments
    )
    var learner = ProfileLearner()
    learner.points = points ?? learner.points
    var result = try learner.learn(from: &collector)
    if let prediction { result.profile = try ranking(by: prediction, in: result.profile) }
    return (result, notes)
  }

  /// Learns where a field of a profile, the prediction, stands in the bins of all fields: another
  /// way through the rows.
  ///
  /// - Parameters:
  ///   - prediction: Place of a numeric field among the profile's.
  ///   - profile: What was learned of the same rows.
  /// - Returns: The profile with the prediction's ranks.
  /// - Throws: `InputError`, `ReferenceError`.
  public func ranking(
    by prediction: Int,
    in profile: ReferenceProfile
  ) throws -> ReferenceProfile {
    var ranking = try PredictionRanking(profile, prediction: prediction)
    let count = profile.fields.count
    var requests = profile.fields.map(\.schema.request)
    if let time = profile.time { requests.append(FieldRequest(path: time.path)) }
    _ = try forEachBatch(of: requests, known: []) { batch, columns in
      ranking.record(
        batch,
        columns: Array(columns.prefix(count)),
        timeColumn: columns.count > count ? columns[count] : nil
      )
    }
    return try ranking.ranked()
  }
}
