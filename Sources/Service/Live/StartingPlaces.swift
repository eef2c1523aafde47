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
    /// Offset after the last record there is now.
    var logEnd: Int64
  }

  /// One for each partition, in their order.
  private(set) var partitions: [Start] = []
  /// End of the last window that an earlier run has written.
  private(set) var closedThrough: Timestamp?

  /// Asks the brokers.
  init(
    _ sources: [TopicPartition],
    plan: Plan,
    consumer: borrowing Consumer,
    report: (LiveMonitor.Event) -> Void
  ) throws {
    let committed = try consumer.committed(sources)
    let ends = try consumer.watermarks(sources)
    for (index, source) in sources.enumerated() {
      let (low, high) = (ends[index].low, ends[index].high)
      guard let commit = committed[index] else {
        var point = ResumePoint.beginning
        point.offset = plan.source.start == .latest ? high : low
        partitions.append(Start(point: point, trust: nil, logEnd: high))
        continue
      }
      guard let metadata = CommitMetadata(offset: commit.offset, text: commit.metadata) else {
        throw KafkaError(
          .badSetting,
          "the committed offset of \(source) was not written by leeway; use another group (-G)"
        )
      }
      var point = metadata.point
      if point.offset < low {
        report(.note("\(source): \(low - point.offset) records are gone before they were counted"))
        point.offset = low
      }
      partitions.append(Start(point: point, trust: metadata.trust, logEnd: high))
      closedThrough = max(closedThrough ?? metadata.closedThrough, metadata.closedThrough)
    }
  }
}
