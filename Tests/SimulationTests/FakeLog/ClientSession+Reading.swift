import KafkaClient
import Records
import Service
import Windowing

/// One partition that a client reads.
struct Reading {
  let partition: TopicPartition
  /// The offset of the next record.
  var position: Int64
  /// The last end that was reported.
  var reportedEnd: Int64?
  /// What was wrong was reported, and is still wrong.
  var hasFailed = false
  /// Nothing more comes, since the position was not in the log: `auto.offset.reset=error`.
  var isStopped = false
}

extension ClientSession {
  func assign(_ starts: [PartitionStart]) {
    membership.awaitsAnswer = false
    if membership.id != nil { membership.isWatched = true }
    readings = starts.map { start in
      let log = broker.topics.partition(start.partition)
      let position =
        switch start.place {
        case .beginning: log?.start ?? 0
        case .end: log?.stableEnd ?? 0
        case .offset(let offset): offset
        }
      return Reading(partition: start.partition, position: position)
    }
  }

  /// Records first, then what else happened, then what the group wants.
  func poll(into records: inout PolledRecords) -> [ConsumerEvent] {
    requireAnswered()
    precondition(records.isEmpty, "\(records.batch.count) records were not taken")
    if let id = membership.id { membership.group.notePoll(id) }
    // Who was just woken goes on as if nothing had happened, until its heartbeat is answered.
    let rebalance = isDazed ? nil : rebalanceEvent()
    var events = reportFailures()
    // Records that were fetched before a rebalance may come with it, or not at all.
    if rebalance == nil || draw(below: 2) == 0 {
      readRecords(into: &records)
      events += reportEnds()
    }
    guard let rebalance else { return events }
    return events + idleEvents() + [awaiting(rebalance)]
  }

  /// What a poll says when the broker cannot be asked.
  func pollWithoutBroker(_ error: KafkaError) -> [ConsumerEvent] {
    guard life != .dead else { return [.failed(error, nil)] }
    requireAnswered()
    guard !isConnected, hasTimedOut, !membership.owned.isEmpty, let event = rebalanceEvent() else {
      return [.failed(error, nil)]
    }
    return [.failed(error, nil), awaiting(event)]
  }

  private func requireAnswered() {
    precondition(!membership.awaitsAnswer, "client \(number): a rebalance waits for its answer")
  }

  private func awaiting(_ rebalance: ConsumerEvent) -> ConsumerEvent {
    membership.awaitsAnswer = true
    return rebalance
  }

  private func idleEvents() -> [ConsumerEvent] {
    defer { membership.wasIdle = false }
    guard membership.wasIdle else { return [] }
    let error = KafkaError(
      .staleMember,
      "the application did not poll in time",
      reason: "_MAX_POLL_EXCEEDED"
    )
    return [.failed(error, nil)]
  }

  /// Partitions that are gone, or do not hold the position; each once.
  private func reportFailures() -> [ConsumerEvent] {
    var events: [ConsumerEvent] = []
    for index in readings.indices where !readings[index].isStopped {
      let (place, position) = (readings[index].partition, readings[index].position)
      let hadFailed = readings[index].hasFailed
      guard let log = broker.topics.partition(place) else {
        if !hadFailed { events.append(.failed(.unknown(place), place)) }
        readings[index].hasFailed = true
        continue
      }
      readings[index].hasFailed = false
      if position < log.start || position > log.end {
        events.append(.failed(.outOfRange(place, position), place))
        readings[index].isStopped = true
      }
    }
    return events
  }

  /// Takes at most `batchLimit` records, from the partitions in an order of chance.
  private func readRecords(into records: inout PolledRecords) {
    var left = batchLimit
    var ready = readings.indices.filter { isReady(readings[$0]) }
    while left > 0, !ready.isEmpty {
      let pick = draw(below: ready.count)
      let index = ready[pick]
      let place = readings[index].partition
      guard let log = broker.topics.partition(place) else { return }
      let isStamped = broker.topics.timestamps(of: place.topic) == .broker
      let share = 1 + draw(below: left)
      readings[index].position = log.read(
        from: readings[index].position,
        to: log.stableEnd,
        limit: share
      ) { entry in
        records.append(slot: index, trust: isStamped ? .broker : .producers) { $0.append(entry) }
        left -= 1
      }
      if !isReady(readings[index]) { ready.remove(at: pick) }
    }
  }

  private func isReady(_ reading: Reading) -> Bool {
    guard !reading.isStopped, let log = broker.topics.partition(reading.partition) else {
      return false
    }
    return reading.position < log.stableEnd
  }

  private func reportEnds() -> [ConsumerEvent] {
    var events: [ConsumerEvent] = []
    for index in readings.indices where !readings[index].isStopped {
      let position = readings[index].position
      guard let log = broker.topics.partition(readings[index].partition),
        position == log.stableEnd, readings[index].reportedEnd != position
      else { continue }
      readings[index].reportedEnd = position
      events.append(.reachedEnd(readings[index].partition, offset: position))
    }
    return events
  }
}

extension RecordBatch {
  fileprivate mutating func append(_ entry: LogEntry) {
    let (value, key) = (entry.value ?? [], entry.key ?? [])
    append(
      // Our real client makes no difference between an empty payload and none.
      payload: value.isEmpty ? nil : value.span,
      offset: entry.offset,
      brokerMilliseconds: entry.timestamp,
      key: entry.key == nil ? nil : key.span
    )
    for header in entry.headers {
      let (name, value) = (Array(header.name.utf8), header.value ?? [])
      appendHeader(name: name.span, value: header.value == nil ? nil : value.span)
    }
  }
}
