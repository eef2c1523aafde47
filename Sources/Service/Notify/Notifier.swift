internal import Foundation
public import KafkaClient
internal import Monitoring
public import Rules

/// Tells somebody of the alerts that stand in a topic, at least once each.
///
/// An offset is committed when all before it were told. What a process knows of alerts that fire is
/// in the topic, too: when it is given a partition it reads what was committed again, in silence.
public struct Notifier: ~Copyable {
  /// What became of the alerts.
  public struct Tally: Equatable, Sendable {
    /// Alerts that receivers took.
    public var delivered: UInt64 = 0
    /// Alerts that they refused.
    public var refused: UInt64 = 0
    /// Records of the topic that are no alerts.
    public var malformed: UInt64 = 0
    /// Alerts that wait to be told; whoever reads on from the last commit does.
    public var waiting: UInt64 = 0
  }

  /// How long things take; to be changed before the first call.
  struct Timing: Sendable {
    /// Between two times that a receiver which forgets is told of all that fires.
    var repetition = Duration.seconds(60)
    /// From the first try that failed to the second; then twice as long each time.
    var firstPause = Duration.milliseconds(500)
    /// Between two tries at most.
    var longestPause = Duration.seconds(30)
    /// How long the brokers may refuse a right.
    var trouble = Duration.seconds(30)
    /// Which records belong together: those that come within it.
    var gathering = Duration.milliseconds(100)
  }

  private static let recordsAtOnce = 1_000
  private static let bytesAtOnce = 8 << 20
  private static let leaveLimit = Duration.seconds(3)

  private let topic: String
  private let group: String
  private let settings: KafkaSettings
  private let lowest: Severity?
  private var receiver: any AlertReceiver
  private let report: (String) -> Void
  private var consumer: Consumer
  private var ledger: AlertLedger
  private var reading = AlertReading()
  private var refusals = Refusals()
  private var trouble = NotedOnce()
  private var brokerTrouble = NotedOnce()
  private var nextRepetition = ContinuousClock.now
  private var tally = Tally()
  var timing = Timing()

  /// A notifier that is not yet connected.
  ///
  /// - Parameters:
  ///   - prefix: First part of the topics' names.
  ///   - group: Name of the consumer group; nil for `<prefix>.notify`.
  ///   - settings: Brokers and the user's properties.
  ///   - target: Who is told.
  ///   - lowest: Alerts that are less bad are told to nobody; nil for all.
  ///   - report: Hears what an operator should know.
  /// - Throws: `badSetting` when the settings contradict each other.
  public init(
    prefix: String,
    group: String?,
    settings: KafkaSettings,
    target: NotificationTarget,
    lowest: Severity?,
    report: @escaping (String) -> Void
  ) throws(KafkaError) {
    topic = "\(prefix).\(Output.alerts.rawValue)"
    let group = group ?? "\(prefix).notify"
    (self.group, self.settings, self.lowest, self.report) = (group, settings, lowest, report)
    receiver = target.receiver
    ledger = AlertLedger(lowest: lowest)
    consumer = try Consumer(group: group, settings: settings) { line in
      // What old brokers say of a setting that only newer ones know.
      guard line.level <= .warning, line.facility != "AUTOCREATE" else { return }
      report("kafka: \(line.text)")
    }
  }

  /// Tells until it is told to stop.
  ///
  /// - Parameter stop: Tells it to stop.
  /// - Returns: What became of the alerts.
  /// - Throws: `brokerUnreachable` at the beginning, `unknownTopic`, `unauthorized`.
  public mutating func run(until stop: StopSignal) throws -> Tally {
    try check()
    try consumer.subscribe(to: [topic])
    while !stop.isRequested { try turn(stop) }
    commit()
    do { try consumer.close(within: Self.leaveLimit) } catch { report(error.message) }
    tally.waiting = reading.waiting.reduce(0) { $0 + UInt64($1.arrivals.count) }
    return tally
  }

  private func check() throws(KafkaError) {
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    let topics = try TopicCheck.described([topic]) { names throws(KafkaError) in
      try admin.describe(names)
    }
    guard topics.contains(where: { $0 == nil }) else { return }
    throw KafkaError(
      .unknownTopic,
      "the topic \(topic) does not exist at \(settings.brokers); `leeway init` creates it"
    )
  }

  private mutating func turn(_ stop: StopSignal) throws {
    let events = gather()
    let mayPause = !events.contains(where: \.isRebalance)
    try deliver(stop, mayPause: mayPause)
    commit()
    for event in refusals.judge(events, timing.trouble) { try answer(event, stop) }
    repeatFiring()
  }

  // MARK: Reading

  /// Takes the records that are there, and those that come right behind them.
  private mutating func gather() -> [ConsumerEvent] {
    var (events, count, bytes): ([ConsumerEvent], Int, Int) = ([], 0, 0)
    var wait = Duration.milliseconds(200)
    while true {
      var records: [(slot: Int, offset: Int64, json: [UInt8]?)] = []
      let limit = Self.recordsAtOnce - count
      events += consumer.withBatch(timeout: wait, limit: limit) { batch in
        for row in 0..<batch.count {
          let json: [UInt8]? = batch.withPayload(row) { payload in
            guard let payload else { return nil }
            return payload.indices.map { payload[$0] }
          }
          records.append((batch.slot(row), batch.offset(row), json))
        }
      }
      for record in records {
        take(record.json, at: consumer.assignment[record.slot], record.offset)
        bytes += record.json?.count ?? 0
      }
      count += records.count
      let isFull = count >= Self.recordsAtOnce || bytes >= Self.bytesAtOnce
      if records.isEmpty || isFull || events.contains(where: \.isRebalance) { return events }
      wait = timing.gathering
    }
  }

  private mutating func take(_ json: [UInt8]?, at place: TopicPartition, _ offset: Int64) {
    refusals.end(of: place)
    reading.advance(place, to: offset + 1)
    guard let json, let notice = AlertNotice(json) else {
      tally.malformed += 1
      return report("\(place) offset \(offset): no alert that is known here; passed over")
    }
    guard ledger.take(notice) else { return }
    reading.add(AlertReading.Arrival(notice: notice, place: place, offset: offset))
  }

  // MARK: Telling

  /// Tells of all that waits, as long as nobody takes the partitions away.
  private mutating func deliver(_ stop: StopSignal, mayPause: Bool) throws {
    var pause = timing.firstPause
    var isHeld = false
    while let group = reading.waiting.first {
      let notices = group.notices
      switch receiver.deliver(notices) {
      case .delivered:
        tally.delivered += UInt64(notices.count)
        report("delivered: \(Self.text(notices))")
        trouble.end()
      case .refused(let reason):
        tally.refused += UInt64(notices.count)
        report("refused, and not tried again: \(Self.text(notices)): \(reason)")
        for arrival in group.arrivals {
          report("refused: \(arrival.place) offset \(arrival.offset), id \(arrival.notice.id)")
          ledger.forget(arrival.notice)
        }
      case .failed(let reason):
        trouble.note("not delivered yet, and tried again: \(reason)", say)
        guard mayPause, !stop.isRequested else { return }
        if !isHeld { try consumer.assign([]) }
        isHeld = true
        guard try remains(for: pause, stop) else { return }
        pause = min(pause * 2, timing.longestPause)
        continue
      }
      pause = timing.firstPause
      reading.removeFirst()
      commit()
    }
    if isHeld { try consumer.assign(reading.starts) }
  }

  /// Lets time pass without reading on, and stays in the group.
  ///
  /// - Returns: Whether the partitions are still this process', and nobody has asked it to stop.
  private mutating func remains(for pause: Duration, _ stop: StopSignal) throws -> Bool {
    let end = ContinuousClock.now + pause
    while ContinuousClock.now < end {
      if stop.isRequested { return false }
      let wait = min(.milliseconds(100), end - .now)
      let events = consumer.withBatch(timeout: wait) { _ in }
      for event in refusals.judge(events, timing.trouble) { try answer(event, stop) }
      if events.contains(where: \.isRebalance) { return false }
    }
    return true
  }

  /// Tells a receiver that forgets of all that fires.
  private mutating func repeatFiring() {
    let now = ContinuousClock.now
    guard receiver.forgets, reading.isCaughtUp, now >= nextRepetition else { return }
    nextRepetition = now + timing.repetition
    let firing = ledger.firing
    var parts = stride(from: 0, to: firing.count, by: Self.alertsAtOnce).map {
      Array(firing[$0..<min($0 + Self.alertsAtOnce, firing.count)])
    }[...]
    while let some = parts.popFirst() {
      switch receiver.deliver(some) {
      case .delivered: trouble.end()
      case .failed(let reason):
        trouble.note("\(some.count) alerts that fire were not told of again: \(reason)", say)
        nextRepetition = now + min(timing.repetition, timing.longestPause)
        return
      case .refused where some.count > 1:
        // One that it cannot read keeps it from none of the others.
        parts += some.map { [$0] }
      case .refused(let reason):
        tally.refused += 1
        report("refused, and not told again: \(Self.text(some)): \(reason)")
        report("refused: id \(some[0].id)")
        ledger.forget(some[0])
      }
    }
  }

  private static let alertsAtOnce = 64

  private var say: (StageEvent) -> Void {
    { [report] event in if case .note(let text) = event { report(text) } }
  }

  private static func text(_ notices: [AlertNotice]) -> String {
    let content = notices[0].content
    let count = notices.count == 1 ? "1 alert" : "\(notices.count) alerts"
    return "\(content.state) \(content.rule) of \(content.monitor), \(count)"
  }

  // MARK: The group

  private mutating func commit() {
    let offsets = reading.uncommitted
    guard !offsets.isEmpty else { return }
    do throws(KafkaError) {
      try consumer.commit(offsets)
      reading.noteCommit(offsets)
      brokerTrouble.end()
    } catch {
      // The next commit covers it; without one, what was told is told again, and no more.
      brokerTrouble.note(error.message, say)
    }
  }

  private mutating func answer(_ event: ConsumerEvent, _ stop: StopSignal) throws {
    switch event {
    case .assigned(let places): try begin(places, stop)
    case .revoked:
      forget()
      try consumer.unassign()
    case .lost:
      // Most likely the brokers are away: what fires still does, as far as anybody knows.
      reading = AlertReading()
      try consumer.unassign()
    case .reachedEnd(let place, let offset):
      if reading.partitions.contains(place) { reading.noteEnd(of: place, offset) }
    case .failed(let error, let place):
      if error.isFatal { throw error }
      brokerTrouble.note(error.message, say)
      if error.code == .offsetOutOfRange, place != nil {
        // What was to be read next is gone: begin with what is there.
        try begin(reading.partitions, stop)
      }
    }
  }

  private mutating func forget() {
    reading = AlertReading()
    ledger = AlertLedger(lowest: lowest)
  }

  /// Learns what is known of the partitions, and reads on behind what was committed.
  private mutating func begin(_ places: [TopicPartition], _ stop: StopSignal) throws {
    forget()
    guard !places.isEmpty else {
      report("other members of the group \(group) have all partitions; standing by")
      return try consumer.assign([])
    }
    var history = AlertHistory(lowest: lowest, settings: settings, report: report)
    // Given up: it stops, and has told nothing of these.
    guard let starts = try history.read(places, consumer, unless: { stop.isRequested })
    else { return }
    ledger = history.ledger
    tally.malformed += history.malformed
    reading.begin(starts)
    for arrival in history.news { reading.add(arrival) }
    nextRepetition = .now
    try consumer.assign(reading.starts)
    try deliver(stop, mayPause: true)
    commit()
  }
}

extension ConsumerEvent {
  /// Whether it is one that has to be answered.
  fileprivate var isRebalance: Bool {
    switch self {
    case .assigned, .revoked, .lost: true
    case .reachedEnd, .failed: false
    }
  }
}
