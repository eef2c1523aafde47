import Records
import Reference
import Rules
import Windowing

/// Decides what becomes of records, one partition's in their order: which are accepted, and where.
///
/// The part of stage 1 that whoever reads records back needs, too.
struct RecordAdmission: Sendable {
  /// What becomes of a record.
  enum Fate {
    /// It is a tombstone, or not of the monitor.
    case filtered
    /// It cannot be used, and says nothing of the time.
    case rejected(Rejection)
    /// The partition's clock has decided on it, and is to be told before the next one.
    case timed(Timestamp, brokerTime: Timestamp?, PartitionClock.Decision)
  }

  private let layout: RecordLayout
  private let time: TimeField
  private let grid: PaneGrid
  private let lateness: Duration
  private let maxFuture: Duration
  private let limits: Limits

  init(plan: Plan, layout: RecordLayout, limits: Limits) {
    self.layout = layout
    time = TimeField(
      path: plan.roles.time,
      unit: plan.roles.time.source == .timestamp ? .milliseconds : plan.roles.timeUnit
    )
    grid = plan.panes
    (lateness, maxFuture) = (plan.lateness, plan.maxFuture)
    self.limits = limits
  }

  /// What is known of a partition at a place of its log.
  func partition(_ partition: Int, of topic: Int, from place: SourcePlace) -> PartitionState {
    PartitionState(
      topic: topic,
      partition: partition,
      clock: clock(place.trust ?? .producers, place.clock),
      trust: place.trust,
      time: TimeField(path: time.path, unit: time.unit ?? place.timeUnit),
      from: place.offset,
      to: place.offset,
      isFirst: place.isFirst,
      isReset: place.isReset
    )
  }

  /// Says who gives a partition's records their times; heard before its first record only.
  func setTrust(_ trust: PartitionClock.Trust, of state: inout PartitionState) {
    guard state.trust == nil else { return }
    state.trust = trust
    state.clock = clock(trust, state.clock.memory)
  }

  private func clock(
    _ trust: PartitionClock.Trust,
    _ memory: PartitionClock.Memory
  ) -> PartitionClock {
    var clock = PartitionClock(
      grid: grid,
      lateness: lateness,
      maxFuture: maxFuture,
      trust: trust,
      limits: limits
    )
    clock.memory = memory
    return clock
  }

  /// Decides on a partition's next record.
  func fate(
    _ row: Int,
    _ columns: ColumnBatch,
    of records: RecordBatch,
    _ state: inout PartitionState
  ) -> Fate {
    switch columns.status(row) {
    case .tombstone: return .filtered
    case .rejected(let reason): return .rejected(reason)
    case .ok: break
    }
    guard layout.admits(columns, row: row) else { return .filtered }
    switch state.time.read(columns, column: layout.time, row: row) {
    case .failure(let rejection): return .rejected(rejection.reason)
    case .success(let time):
      let brokerTime = records.brokerMilliseconds(row).map {
        Timestamp(microseconds: $0.multipliedReportingOverflow(by: 1_000).partialValue)
      }
      let decision = state.clock.decision(on: time, brokerTime: brokerTime)
      return .timed(time, brokerTime: brokerTime, decision)
    }
  }
}
