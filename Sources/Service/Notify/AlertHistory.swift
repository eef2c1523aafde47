internal import KafkaClient
internal import Monitoring
internal import Rules

/// What stands in the alerts' topic before the place where telling goes on.
///
/// Where a group has committed nothing yet, all of it is history: of that, what still fires is
/// told, and nothing that is over. So it is where a process before was stopped in the midst of it.
struct AlertHistory {
  private let settings: KafkaSettings
  private let report: (String) -> Void
  /// Which alerts fire.
  private(set) var ledger: AlertLedger
  /// What fires, and was never told by this group; in the order of the partitions.
  private(set) var news: [AlertReading.Arrival] = []
  /// Records that are no alerts, of those that were never read by this group.
  private(set) var malformed: UInt64 = 0

  private static let callLimit = Duration.seconds(10)
  private static let pause = Duration.milliseconds(500)

  init(lowest: Severity?, settings: KafkaSettings, report: @escaping (String) -> Void) {
    (self.settings, self.report) = (settings, report)
    ledger = AlertLedger(lowest: lowest)
  }

  /// Reads all partitions up to what was committed, or to their ends.
  ///
  /// - Parameters:
  ///   - places: The partitions.
  ///   - consumer: Of the group.
  ///   - isGivenUp: Asked whether to go on is in vain.
  /// - Returns: Where to read on; nil when it was given up.
  /// - Throws: `KafkaError` that no repetition mends.
  mutating func read(
    _ places: [TopicPartition],
    _ consumer: borrowing Consumer,
    unless isGivenUp: () -> Bool
  ) throws -> [AlertReading.Start]? {
    let lowest = ledger
    var trouble = NotedOnce()
    while true {
      do {
        (ledger, news, malformed) = (lowest, [], 0)
        let committed = try consumer.committed(places, within: Self.callLimit)
        let reaches = try consumer.watermarks(places, within: Self.callLimit)
        return try places.indices.map { index in
          let (place, commit) = (places[index], committed[index])
          let start = try read(place, commit, reaches[index], isGivenUp)
          return AlertReading.Start(place: place, offset: start, committed: commit)
        }
      } catch let error as KafkaError where error.isRetriable || error.code == .timedOut {
        if isGivenUp() { return nil }
        trouble.note(error.message) { if case .note(let text) = $0 { report(text) } }
        StageClock.ofMachine().sleep(Self.pause)
      }
    }
  }

  /// Reads one partition.
  ///
  /// - Returns: Where to read on.
  private mutating func read(
    _ place: TopicPartition,
    _ commit: CommittedOffset?,
    _ reach: Watermarks,
    _ isGivenUp: () -> Bool
  ) throws -> Int64 {
    let end = try LogScan.endOffset(of: place, settings: settings, within: Self.callLimit)
    var told = commit?.offset
    if let offset = told, offset > end {
      report("\(place) ends at \(end), before \(offset) that is committed: it was made anew")
      told = nil
    }
    if let told, told < reach.low {
      report("\(place) begins at \(reach.low): \(reach.low - told) offsets are gone untold")
    }
    // Nobody ends a history behind the topic's own end.
    let historyEnd = told.map { min(commit?.historyEnd ?? $0, end) } ?? end
    var latest: [String: AlertReading.Arrival] = [:]
    let others = try scan(place, reach.low, historyEnd, isGivenUp) { notice, offset in
      guard offset >= told ?? reach.low else { return }
      let arrival = AlertReading.Arrival(notice: notice, place: place, offset: offset)
      // What is over by now is not kept: of all alerts ever it would be too much.
      latest[notice.content.alert] = notice.state == .firing ? arrival : nil
    }
    if told == nil {
      if others > 0 { report("\(place): \(others) records before offset \(end) are no alerts") }
      malformed += others
    }
    news += latest.filter { ledger.isFiring($0.key) }.values.sorted { $0.offset < $1.offset }
    return max(historyEnd, reach.low)
  }

  /// Reads a stretch, and lends what would have been told of it.
  ///
  /// - Returns: The number of records that are no alerts.
  private mutating func scan(
    _ place: TopicPartition,
    _ start: Int64,
    _ end: Int64,
    _ isGivenUp: () -> Bool,
    _ body: (AlertNotice, Int64) -> Void
  ) throws -> UInt64 {
    var others: UInt64 = 0
    try LogScan.read(
      place,
      from: start,
      to: end,
      settings: settings,
      unless: isGivenUp
    ) { offset, _, payload in
      guard let payload, let notice = AlertNotice(payload.indices.map { payload[$0] }) else {
        return others += 1
      }
      if ledger.take(notice) { body(notice, offset) }
    }
    return others
  }
}
