internal import KafkaClient
public import Records

/// A stretch of each partition's log.
public struct ReplayBounds: Sendable {
  /// One end of it.
  public enum Bound: Equatable, Sendable {
    /// The first record that is still there.
    case earliest
    /// Behind the last record that is there now.
    case latest
    /// The same offset in every partition.
    case offset(Int64)
    /// The first record that the broker has kept under this time or a later one.
    case time(Timestamp)
  }

  /// The first records that count.
  public var from: Bound
  /// The first ones that do not.
  public var to: Bound

  /// A stretch; everything that is there by default.
  public init(from: Bound = .earliest, to: Bound = .latest) { (self.from, self.to) = (from, to) }

  /// The offsets of each partition, within what is there.
  func ranges(
    of sources: [TopicPartition],
    _ consumer: borrowing Consumer
  ) throws(KafkaError) -> [Range<Int64>] {
    let kept = try consumer.watermarks(sources).map { $0.low..<max($0.low, $0.high) }
    let starts = try Self.offsets(of: from, sources, kept, consumer)
    let ends = try Self.offsets(of: to, sources, kept, consumer)
    return zip(starts, ends).map { $0..<max($0, $1) }
  }

  private static func offsets(
    of bound: Bound,
    _ sources: [TopicPartition],
    _ kept: [Range<Int64>],
    _ consumer: borrowing Consumer
  ) throws(KafkaError) -> [Int64] {
    let wanted: [Int64?]
    switch bound {
    case .earliest: wanted = kept.map(\.lowerBound)
    case .latest: wanted = kept.map(\.upperBound)
    case .offset(let offset): wanted = kept.map { _ in offset }
    case .time(let time):
      // Brokers read negative times as words: the latest, the earliest.
      let milliseconds = max(0, time.microseconds.dividedDown(by: 1_000).quotient)
      wanted = try consumer.offsets(of: sources, at: milliseconds)
    }
    return zip(wanted, kept).map { wanted, kept in
      min(max(wanted ?? kept.upperBound, kept.lowerBound), kept.upperBound)
    }
  }
}

extension ReplayBounds {
  /// Whether nothing can lie between the ends, whatever the log holds.
  public var isEmpty: Bool {
    switch (from, to) {
    case (.offset(let first), .offset(let last)): first >= last
    case (.time(let first), .time(let last)): first >= last
    case (.latest, _), (_, .earliest): true
    default: false
    }
  }
}

extension ReplayBounds.Bound {
  /// `earliest`, `latest`, an offset, or an instant of RFC 3339.
  public init?(_ text: String) {
    switch text {
    case "earliest": self = .earliest
    case "latest": self = .latest
    default:
      if let offset = Int64(text), offset >= 0 {
        self = .offset(offset)
      } else if let time = Timestamp(rfc3339: text) {
        self = .time(time)
      } else {
        return nil
      }
    }
  }
}
