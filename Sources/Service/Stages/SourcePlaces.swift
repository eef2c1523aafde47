internal import KafkaClient
internal import Monitoring
internal import Records
internal import Rules

/// Where each source partition is read from: where the group's last commit says, else where the
/// monitor's file says.
struct SourcePlaces {
  /// One for each partition, in their order.
  private(set) var places: [SourcePlace] = []
  /// Behind the last record of each there is now.
  private(set) var ends: [Int64] = []
  /// What an operator should know.
  private(set) var notes: [String] = []
  /// Partitions whose committed offset lies behind the end of their log.
  private(set) var doubtful: [TopicPartition] = []

  /// Partitions that the topic of each had when the group began to read it; nil unless the monitor
  /// starts at the latest.
  private(set) var foundings: [Int?] = []

  /// Asks the brokers.
  ///
  /// - Parameters:
  ///   - sources: The partitions.
  ///   - plan: Says where to start without a committed offset.
  ///   - counts: Partitions of each of the plan's topics.
  ///   - log: The collector's.
  /// - Throws: `KafkaError`; `badSetting` for an offset that was not committed by leeway.
  init<Log: StageLog & ~Copyable>(
    _ sources: [TopicPartition],
    plan: Plan,
    counts: [Int],
    log: borrowing Log
  ) throws(KafkaError) {
    let committed = try log.committed(sources)
    let ranges = try log.watermarks(sources)
    ends = ranges.map(\.high)
    foundings = try Self.foundings(sources, committed, plan, counts, log)
    let isNew = committed.map { $0 == nil }
    var firsts = try Self.firsts(sources, isNew, plan, log, ranges)[...]
    for (index, source) in sources.enumerated() {
      if let commit = committed[index] {
        places.append(try place(commit, source, ranges[index]))
        continue
      }
      var place = SourcePlace.beginning
      place.offset = firsts.removeFirst()
      // Its records were all written since the group began to read the topic.
      if let founding = foundings[index], source.partition >= founding {
        place.offset = ranges[index].low
      }
      places.append(place)
    }
  }

  private mutating func place(
    _ commit: CommittedOffset,
    _ source: TopicPartition,
    _ range: Watermarks
  ) throws(KafkaError) -> SourcePlace {
    guard let metadata = OffsetMetadata(offset: commit.offset, text: commit.metadata) else {
      throw commit.foreign
    }
    var place = metadata.place
    if place.offset > range.high {
      // The topic was made anew, or has lost its end: what is there was not read under these
      // offsets. What is old is late by the clock that is kept.
      doubtful.append(source)
      notes.append(
        "\(source) ends at \(range.high), before the committed offset \(place.offset): read anew "
          + "from \(range.low)"
      )
      (place.offset, place.isReset) = (range.low, true)
    } else if place.offset < range.low {
      notes.append("\(source): the log no longer holds \(place.offset)..<\(range.low)")
      place.offset = range.low
    }
    return place
  }

  /// Where the monitor's file says to start, of those of which nothing was committed.
  private static func firsts<Log: StageLog & ~Copyable>(
    _ sources: [TopicPartition],
    _ isNew: [Bool],
    _ plan: Plan,
    _ log: borrowing Log,
    _ ranges: [Watermarks]
  ) throws(KafkaError) -> [Int64] {
    let new = sources.indices.filter { isNew[$0] }
    var found: [Int64?] = []
    if !new.isEmpty, let time = startTime(plan) {
      found = try log.offsets(of: new.map { sources[$0] }, at: time)
    }
    return firsts(plan, new.map { ranges[$0] }, found: found)
  }

  /// The instant to start at, in milliseconds; nil when the monitor's file gives none.
  static func startTime(_ plan: Plan) -> Int64? {
    guard case .at(let time) = plan.source.start else { return nil }
    return time.microseconds / 1_000
  }

  /// Where the monitor's file says to start.
  ///
  /// - Parameters:
  ///   - plan: The monitor.
  ///   - ranges: What each partition holds.
  ///   - found: The first record of each at `startTime` or later; needed when there is such a time.
  /// - Returns: The offset of the first record of each.
  static func firsts(_ plan: Plan, _ ranges: [Watermarks], found: [Int64?]) -> [Int64] {
    switch plan.source.start {
    case .earliest: ranges.map(\.low)
    case .latest: ranges.map(\.high)
    case .at: zip(found, ranges).map { $0 ?? $1.high }
    }
  }

  /// How many partitions each one's topic had when the group began to read it.
  ///
  /// Whoever is given a partition of which nothing was committed must tell a new one from one that
  /// another member, in the same first moments, had no time to commit: so each commit says it.
  private static func foundings<Log: StageLog & ~Copyable>(
    _ sources: [TopicPartition],
    _ committed: [CommittedOffset?],
    _ plan: Plan,
    _ counts: [Int],
    _ log: borrowing Log
  ) throws(KafkaError) -> [Int?] {
    guard case .latest = plan.source.start else { return sources.map { _ in nil } }
    var foundings: [String: Int] = [:]
    for (topic, count) in zip(plan.source.topics, counts) {
      var commits = zip(sources, committed).filter { $0.0.topic == topic }.map(\.1)
      if commits.contains(nil) {
        commits = try log.committed(TopicPartition.first(count, of: topic))
      }
      let known = commits.compactMap(\.self)
      let said = known.compactMap { OffsetMetadata(offset: $0.offset, text: $0.metadata)?.founding }
      foundings[topic] = said.min() ?? (known.isEmpty ? count : 0)
    }
    return sources.map { foundings[$0.topic] }
  }
}
