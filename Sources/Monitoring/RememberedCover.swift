import Records
import Windowing

/// A cover in as little room as there is: ten thousand panes of a hundred partitions are a million
/// of them.
struct RememberedCover: Equatable, Sendable {
  let topic: Int32
  let partition: Int32
  let start: Int64
  let end: Int64
  /// The earliest for none, as all instants here.
  private let watermark: Int64
  private let brokerMilliseconds: Int64
  private let aheadTimes: InlineArray<2, Int64>
  private let aheadPlaces: InlineArray<2, UInt8>
  private let aheadCount: UInt8
  private let recent: UInt8
  private let timeUnit: TimeUnit?
  private let trust: PartitionClock.Trust?
  private let knowsClock: Bool
  private let farPanes: [Int64]

  /// What one takes that knows of no far panes.
  static let leastBytes = MemoryLayout<Self>.stride

  /// The same cover.
  init(_ cover: OffsetCover) {
    (topic, partition) = (Int32(cover.topic), Int32(cover.partition))
    (start, end) = (cover.start, cover.end)
    watermark = cover.watermark?.microseconds ?? .min
    brokerMilliseconds = cover.before?.brokerMilliseconds ?? .min
    let ahead = cover.before?.clock.ahead ?? []
    aheadTimes = InlineArray { $0 < ahead.count ? ahead[$0].time.microseconds : 0 }
    aheadPlaces = InlineArray { $0 < ahead.count ? UInt8(ahead[$0].place) : 0 }
    aheadCount = UInt8(min(ahead.count, PartitionClock.Start.mostAhead))
    recent = UInt8(cover.before?.clock.recent ?? 0)
    (timeUnit, trust) = (cover.before?.timeUnit, cover.before?.trust)
    knowsClock = cover.before != nil
    farPanes = cover.before?.clock.farPanes ?? []
  }

  /// As it was.
  var cover: OffsetCover {
    OffsetCover(
      topic: Int(topic),
      partition: Int(partition),
      start: start,
      end: end,
      watermark: instant,
      before: knowsClock ? before : nil
    )
  }

  private var instant: Timestamp? {
    watermark == .min ? nil : Timestamp(microseconds: watermark)
  }

  private var before: CoverStart {
    CoverStart(
      clock: PartitionClock.Start(
        watermark: instant,
        recent: Int(recent),
        ahead: (0..<Int(aheadCount)).map {
          PartitionClock.Start.Ahead(
            place: Int(aheadPlaces[$0]),
            time: Timestamp(microseconds: aheadTimes[$0])
          )
        },
        farPanes: farPanes
      ),
      timeUnit: timeUnit,
      trust: trust,
      brokerMilliseconds: brokerMilliseconds == .min ? nil : brokerMilliseconds
    )
  }

  /// What it takes in memory.
  var bytes: Int { Self.leastBytes + OffsetCover.bytes(of: farPanes) }

  /// In the order of topics, partitions and offsets.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    (left.topic, left.partition, left.start) < (right.topic, right.partition, right.start)
  }

  func isSamePartition(as other: OffsetCover) -> Bool {
    (Int(topic), Int(partition)) == (other.topic, other.partition)
  }

  /// What stands before it, from an offset of its partition on.
  func gap(from offset: Int64) -> OffsetCover {
    OffsetCover(
      topic: Int(topic),
      partition: Int(partition),
      start: offset,
      end: start,
      watermark: nil
    )
  }

  static func == (left: Self, right: Self) -> Bool { left.cover == right.cover }
}

extension [RememberedCover] {
  /// The one of another cover's partition, in an array sorted by partition.
  ///
  /// - Complexity: O(log n).
  func first(ofPartitionOf cover: OffsetCover) -> RememberedCover? {
    let key = (Int32(cover.topic), Int32(cover.partition))
    var (place, end) = (0, count)
    while place < end {
      let middle = (place + end) / 2
      let other = (self[middle].topic, self[middle].partition)
      if other < key { place = middle + 1 } else { end = middle }
    }
    guard place < count, self[place].isSamePartition(as: cover) else { return nil }
    return self[place]
  }
}
