public import KafkaClient
internal import Monitoring
internal import Records
public import Reference
public import Rules
internal import Windowing

/// Reads the records of a request to train back, each once, in the order of topics, partitions and
/// offsets.
public struct RequestExport: ~Copyable {
  /// Where the records are.
  public enum Source {
    /// In the monitor's topics.
    case topics(KafkaSettings)
    /// In files, the i-th being partition i, as `replay` has read them.
    case files([InputFile])
  }

  private let request: RetrainingRequest
  private let plan: Plan
  private let source: Source
  private let selection: TrainingSelection
  private var selected: SelectedRecords
  private var decoder: JSONRecordDecoder
  private var columns = ColumnBatch()
  private var read: UInt64 = 0
  /// Columns of what was written that none of the records has, not even as null.
  public private(set) var absentColumns: [String] = []
  /// Called with the number of records read so far, now and then.
  public var progress: ((UInt64) -> Void)?

  /// Nothing is read yet.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - plan: Of the version that made it.
  ///   - references: Of the same.
  ///   - source: Where the records are.
  /// - Throws: `ExportFailure`; `InputError` for a request of other topics.
  public init(
    _ request: RetrainingRequest,
    plan: Plan,
    references: References,
    source: Source
  ) throws {
    guard request.isOf(plan, references) else { throw ExportFailure.ofOthers(request) }
    var plan = plan
    if let width = request.paneWidth {
      plan.panes = PaneGrid([WindowSpecification(size: width)])
    }
    let selection = try request.selection(plan)
    let selected = try? SelectedRecords(
      selection,
      windows: request.windows,
      plan: plan,
      references: references
    )
    guard let selected else { throw ExportFailure.withoutClocks }
    (self.request, self.plan, self.source) = (request, plan, source)
    (self.selection, self.selected) = (selection, selected)
    decoder = JSONRecordDecoder(fields: selected.layout.requests, known: selected.layout.known)
  }

  /// Writes the records.
  ///
  /// - Parameters:
  ///   - path: Where; `-` for standard output. It is there as a whole or not at all.
  ///   - format: How.
  /// - Returns: How many.
  /// - Throws: `ExportFailure` when they are not those of the request, or not all there any more;
  ///   `KafkaError`, `InputError`.
  public mutating func write(to path: String, _ format: RowFormat) throws -> UInt64 {
    let file = try RowFile()
    let count = try write(into: file, format)
    try file.move(to: path)
    return count
  }

  /// The records as an input, to be read as often as needed.
  ///
  /// - Throws: As `write`.
  public mutating func input() throws -> InputFile {
    let file = try RowFile()
    _ = try write(into: file, .ndjson)
    return try file.input(name: "the request's records")
  }

  private mutating func write(into file: RowFile, _ format: RowFormat) throws -> UInt64 {
    let losses = try losses()
    guard losses.isEmpty else { throw try gone(losses) }
    var writer = try RowWriter(format, to: file)
    var count: UInt64 = 0
    do {
      for cover in selection.covers.indices {
        try read(cover, from: selection.covers[cover].start) { batch, rows in
          try writer.write(rows, of: batch)
          count += UInt64(rows.count)
        }
      }
    } catch let error as KafkaError where error.code == .offsetOutOfRange {
      throw try gone(try self.losses())
    }
    guard count == request.rows else {
      throw ExportFailure(
        .wrongCount,
        "found \(count) records, and the request is of \(request.rows): nothing is written"
      )
    }
    if case .csv(let names) = format, count > 0 {
      absentColumns = zip(names, writer.isFilled).filter { !$0.1 }.map(\.0)
    }
    return count
  }

  /// Reads a cover's records, and tells those that belong.
  private mutating func read(
    _ cover: Int,
    from start: Int64,
    _ body: (RecordBatch, [Int]) throws -> Void
  ) throws {
    let range = start..<selection.covers[cover].end
    let partition = selection.covers[cover].partition
    switch source {
    case .topics(let settings):
      let stretch = StretchOfTopic(settings: settings, readsHeaders: plan.readsHeaders)
      let name = plan.source.topics[selection.covers[cover].topic]
      try stretch.read(TopicPartition(name, Int32(partition)), range) { batch in
        try body(batch, decide(batch, cover))
      }
    case .files(let inputs):
      try inputs[partition].read(range) { batch in try body(batch, decide(batch, cover)) }
    }
  }

  private mutating func decide(_ batch: RecordBatch, _ cover: Int) -> [Int] {
    decoder.decode(batch, into: &columns)
    read += UInt64(batch.count)
    progress?(read)
    return selected.rows(of: columns, batch, cover: cover)
  }
}

// MARK: What is gone

extension RequestExport {
  /// What a cover's partition does not hold any more.
  private struct Loss {
    var cover: Int
    /// What is still there of the cover.
    var left: Range<Int64>
  }

  private func losses() throws -> [Loss] {
    var losses: [Loss] = []
    for (index, kept) in zip(selection.covers.indices, try kept()) {
      let cover = selection.covers[index]
      let wanted = cover.start..<cover.end
      let left = kept.clamped(to: wanted)
      if left != wanted { losses.append(Loss(cover: index, left: left)) }
    }
    return losses
  }

  /// The offsets that are there, of each cover's partition.
  private func kept() throws -> [Range<Int64>] {
    switch source {
    case .topics(let settings):
      let consumer = try Consumer(group: nil, settings: settings)
      let partitions = selection.covers.map {
        TopicPartition(plan.source.topics[$0.topic], Int32($0.partition))
      }
      return try consumer.watermarks(partitions).map { $0.low..<max($0.low, $0.high) }
    case .files(let inputs):
      return try selection.covers.map { cover in
        guard cover.topic == 0, cover.partition < inputs.count else { return 0..<0 }
        return 0..<(try inputs[cover.partition].lineCount(upTo: cover.end))
      }
    }
  }

  /// Says what is left: as the clocks stood earlier there, no more records than that are late.
  private mutating func gone(_ losses: [Loss]) throws -> ExportFailure {
    var count: UInt64 = 0
    for cover in selection.covers.indices {
      let left = losses.first { $0.cover == cover }?.left
      guard left?.isEmpty != true else { continue }
      try read(cover, from: left?.lowerBound ?? selection.covers[cover].start) { _, rows in
        count += UInt64(rows.count)
      }
    }
    let partitions = losses.map { loss in
      let cover = selection.covers[loss.cover]
      let name = "\(plan.source.topics[cover.topic])/\(cover.partition)"
      let left = loss.left.isEmpty ? "nothing" : "\(loss.left.lowerBound)..<\(loss.left.upperBound)"
      return "\(name) holds \(left) of \(cover.start)..<\(cover.end)"
    }
    return ExportFailure(
      .gone,
      "records of the request are gone: \(partitions.joined(separator: "; ")); of its "
        + "\(request.rows) rows at most \(count) could still be had"
    )
  }
}
