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
}
