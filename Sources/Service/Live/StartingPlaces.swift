internal import KafkaClient
internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

/// Where each partition is read from: where the group's last commit says, else where the monitor's
/// file says.
struct StartingPlaces {
  struct Start {
    var point: ResumePoint
    /// nil when it is not known yet.
    var trust: PartitionClock.Trust?
    /// Where the partition was silent while the others went on.
    var catchUp: CatchUp?
    /// Offset after the last record there is now.
    var logEnd: Int64
  }

  /// One for each partition, in their order.
  private(set) var partitions: [Start] = []
  /// End of the last window that an earlier run has written.
  private(set) var closedThrough: Timestamp?
  /// Whether that run had the same windows.
  private(set) var isSamePlan = true

  /// Asks the brokers.
  init(
    _ sources: [TopicPartition],
    plan: Plan,
    consumer: borrowing Consumer,
    report: (LiveMonitor.Event) -> Void
  ) throws {
    let committed = try consumer.committed(sources)
    let ends = try consumer.watermarks(sources)
    let metadata = try zip(sources, committed).map { try Self.metadata($1, of: $0) }
    closedThrough = metadata.compactMap { $0?.closedThrough }.max()
    let identity = WindowIdentity.of(plan)
    isSamePlan = metadata.allSatisfy { $0.map { $0.windows == identity } ?? true }
    if !isSamePlan {
      report(
        .note("the windows are others than those of the last run; only whole ones are written")
      )
    }
    let isFirstRun = metadata.allSatisfy { $0 == nil }
    let firsts = isFirstRun ? try Self.firsts(sources, plan, consumer, ends) : ends.map(\.low)
    for (index, source) in sources.enumerated() {
      let range = ends[index]
      guard let metadata = metadata[index] else {
        var point = ResumePoint.beginning
        point.offset = firsts[index]
        // A partition that came while the process was down has nothing to say of closed windows.
        let catchUp = closedThrough.map { CatchUp(offset: firsts[index], closedThrough: $0) }
        partitions.append(Start(point: point, trust: nil, catchUp: catchUp, logEnd: range.high))
        continue
      }
      var point = metadata.point
      guard point.offset <= range.high else {
        throw KafkaError(
          .badSetting,
          "the committed offset \(point.offset) of \(source) lies behind its end \(range.high); "
            + "was the topic made anew? Use another group (-G)"
        )
      }
      if point.offset < range.low {
        report(.note("\(source): the log no longer holds \(point.offset)..<\(range.low)"))
        point.offset = range.low
      }
      partitions.append(
        Start(
          point: point,
          trust: metadata.trust,
          catchUp: metadata.catchUp,
          logEnd: range.high
        )
      )
    }
  }

  private static func metadata(
    _ commit: CommittedOffset?,
    of source: TopicPartition
  ) throws -> CommitMetadata? {
    guard let commit else { return nil }
    if let metadata = CommitMetadata(offset: commit.offset, text: commit.metadata) {
      return metadata
    }
    throw KafkaError(
      .badSetting,
      "the committed offset of \(source) was not written by leeway; use another group (-G)"
    )
  }

  /// Where the monitor's file says to start.
  private static func firsts(
    _ sources: [TopicPartition],
    _ plan: Plan,
    _ consumer: borrowing Consumer,
    _ ends: [Watermarks]
  ) throws -> [Int64] {
    switch plan.source.start {
    case .earliest: ends.map(\.low)
    case .latest: ends.map(\.high)
    case .at(let time):
      zip(try consumer.offsets(of: sources, at: time.microseconds / 1_000), ends).map {
        $0 ?? $1.high
      }
    }
  }
}
