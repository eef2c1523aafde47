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

  /// Asks the brokers.
  ///
  /// - Parameters:
  ///   - sources: The partitions.
  ///   - plan: Says where to start without a committed offset.
  ///   - log: The collector's.
  /// - Throws: `KafkaError`; `badSetting` for an offset that was not committed by leeway.
  init<Log: StageLog & ~Copyable>(
    _ sources: [TopicPartition],
    plan: Plan,
    log: borrowing Log
  ) throws(KafkaError) {
    let committed = try log.committed(sources)
    let ranges = try log.watermarks(sources)
    ends = ranges.map(\.high)
    let firsts = try Self.firsts(sources, plan, log, ranges)
    for (index, source) in sources.enumerated() {
      guard let commit = committed[index] else {
        var place = SourcePlace.beginning
        place.offset = firsts[index]
        places.append(place)
        continue
      }
      places.append(try place(commit, source, ranges[index]))
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

  /// Where the monitor's file says to start.
  private static func firsts<Log: StageLog & ~Copyable>(
    _ sources: [TopicPartition],
    _ plan: Plan,
    _ log: borrowing Log,
    _ ranges: [Watermarks]
  ) throws(KafkaError) -> [Int64] {
    switch plan.source.start {
    case .earliest: return ranges.map(\.low)
    case .latest: return ranges.map(\.high)
    case .at(let time):
      let found = try log.offsets(of: sources, at: time.microseconds / 1_000)
      return zip(found, ranges).map { $0 ?? $1.high }
    }
  }
}
