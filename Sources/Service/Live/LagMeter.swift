internal import KafkaClient
internal import Records

/// Says when it is time to measure how far a stage is behind: seldom, since brokers are asked.
struct LagMeter {
  private static let interval = Duration.seconds(5)

  private let clock: StageClock
  private var last: Duration
  private var watermark: Timestamp?

  /// A meter that is due one interval from now, when a stage has its partitions.
  init(_ clock: StageClock) {
    self.clock = clock
    last = clock.now()
  }

  /// Whether an interval has passed since this was true last.
  mutating func isDue() -> Bool {
    let now = clock.now()
    guard now - last >= Self.interval else { return false }
    last = now
    return true
  }

  /// Forgets the watermark: when this process evaluates again, another one has gone on with it.
  mutating func forget() { watermark = nil }

  /// Seconds from the watermark to now; nil before there is one.
  ///
  /// When every partition is silent there is none any more: then from the last one.
  mutating func age(of current: Timestamp?) -> Double? {
    watermark = current ?? watermark
    let now = Timestamp(microseconds: clock.wallSecond() * 1_000_000)
    return watermark.map { now.seconds(since: $0) }
  }
}

extension CollectLoop where Log: ~Copyable {
  /// Records of this member's partitions that are not committed; nil when the brokers do not say.
  ///
  /// Librdkafka's own number is wrong under transactions: it counts from what its consumer has
  /// committed, and here the producer commits.
  func lag() -> Int64? {
    let positions = positions
    guard let ends = try? log.watermarks(positions.map(\.partition)) else { return nil }
    let unread = zip(positions, ends).reduce(0) { $0 + max(0, $1.1.high - $1.0.offset) }
    return unread + Int64(uncommitted)
  }
}
