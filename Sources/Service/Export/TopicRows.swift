public import KafkaClient
internal import Monitoring
internal import Records
public import Reference
public import Rules

/// The events of a stretch of topics as rows that can be read as often as needed.
///
/// They are copied to a temporary file, which vanishes with the input: topics, then partitions, one
/// after the other.
public struct TopicRows {
  private let topics: [String]
  private let settings: KafkaSettings
  private let monitor: (plan: Plan, layout: RecordLayout)?
  /// Records to read at most: the first of each partition, as many of each as there are of others.
  public var most: Int64?
  /// Called with the number of records read so far, now and then.
  public var progress: ((UInt64) -> Void)?

  /// All events of a topic.
  public init(topic: String, settings: KafkaSettings) {
    (topics, monitor) = ([topic], nil)
    self.settings = settings
  }

  /// The events of a monitor: those of its topics for which its `where` holds.
  public init(_ plan: Plan, _ references: References, settings: KafkaSettings) {
    topics = plan.source.topics
    monitor = (plan, RecordLayout(plan: plan, references: references))
    self.settings = settings
  }

  /// Reads a stretch of them.
  ///
  /// - Parameters:
  ///   - bounds: The stretch, by offsets or by the broker's times.
  ///   - name: What to call the rows in messages.
  /// - Returns: The rows.
  /// - Throws: `KafkaError`: `brokerUnreachable`, `unknownTopic`, `timedOut`; `ReferenceError`
  ///   where there is no room.
  public func input(_ bounds: ReplayBounds, name: String) throws -> InputFile {
    let sources = try TopicCheck.existing(topics, try Admin(settings: settings), settings)
      .flatMap { TopicPartition.first($0.partitions, of: $0.name) }
    let consumer = try Consumer(group: nil, settings: settings)
    let file = try RowFile()
    let stretch = StretchOfTopic(
      settings: settings,
      readsHeaders: monitor?.plan.readsHeaders ?? false
    )
    var decoder = JSONRecordDecoder(
      fields: monitor?.layout.requests ?? [],
      known: monitor?.layout.known ?? []
    )
    var (columns, read) = (ColumnBatch(), UInt64(0))
    let ranges = try bounds.ranges(of: sources, consumer)
    for (source, offsets) in zip(sources, most.map { Self.first($0, of: ranges) } ?? ranges) {
      try stretch.read(source, offsets) { batch in
        if monitor != nil { decoder.decode(batch, into: &columns) }
        for row in 0..<batch.count where monitor?.layout.admits(columns, row: row) ?? true {
          try file.append(batch.line(row))
        }
        read += UInt64(batch.count)
        progress?(read)
      }
    }
    return try file.input(name: name)
  }

  /// The beginnings of ranges; what a short one leaves over, longer ones take.
  private static func first(_ most: Int64, of ranges: [Range<Int64>]) -> [Range<Int64>] {
    var (cut, left) = (ranges, most)
    let shortestFirst = ranges.indices.sorted { ranges[$0].count < ranges[$1].count }
    for (done, index) in shortestFirst.enumerated() {
      let range = ranges[index]
      let count = min(Int64(range.count), left / Int64(ranges.count - done))
      cut[index] = range.lowerBound..<range.lowerBound + count
      left -= count
    }
    return cut
  }
}
