internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

/// How often durations fell into each of some fixed ranges.
public struct DurationHistogram: Equatable, Sendable {
  /// Upper ends of the ranges, in seconds; one more range has none.
  public let bounds: [Double]
  /// Durations in each range.
  public private(set) var counts: [UInt64]
  /// Seconds of all together.
  public private(set) var sum = 0.0

  /// Nothing observed yet.
  public init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// Observes a duration in seconds; one below zero counts as none.
  public mutating func observe(_ seconds: Double) {
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += max(0, seconds)
  }

  /// Ranges for work of a machine: from a millisecond to half a minute.
  public static let work = DurationHistogram(
    bounds: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  )

  /// Ranges for how far what is known lies behind: from a tenth of a second to a week.
  public static let delay = DurationHistogram(
    bounds: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800]
  )
}

/// What can be measured of a running monitor, in base units; one value for whoever shows it.
public struct RunMetrics: Equatable, Sendable {
  /// How long the last commit took.
  public private(set) var commitSeconds = 0.0
  /// How long commits took, by stage.
  public private(set) var commitTimes: [String: DurationHistogram] = [:]
  /// Commits that were dropped, by stage.
  public private(set) var abortsByStage: [String: Int] = [:]
  /// How long the last restore took; nil before any.
  public private(set) var restoreSeconds: Double?
  /// Deltas that did not fit to those before; nil while this process does not evaluate.
  public private(set) var auditViolations: UInt64?
  /// Records that this process has read and committed.
  public private(set) var collected: UInt64 = 0
  /// Records of this process' share of the source that are not committed; nil before a first look.
  ///
  /// Measured every five seconds, and when the monitor stops.
  public private(set) var lagRecords: Int64?
  /// Seconds from the watermark to the wall clock; nil before this process knew a watermark, and
  /// while it does not evaluate.
  ///
  /// Measured every five seconds, and when the monitor stops, by the process that evaluates. While
  /// every partition is silent it grows from the last watermark.
  public private(set) var lagSeconds: Double?
  /// All that was measured of that.
  public private(set) var lags = DurationHistogram.delay
  /// From the end of a window until its record was visible.
  public private(set) var windowDelays = DurationHistogram.delay
  /// From the end of the window that made an alert fire until that was visible.
  public private(set) var alertDelays = DurationHistogram.delay
  /// Records written by kind and state, such as `firing`.
  public private(set) var alertsWritten: [String: UInt64] = [:]
  /// Requests to train that were written, by trigger.
  public private(set) var requestsWritten: [String: UInt64] = [:]
  /// What brokers, or the way to them, failed with, by librdkafka's kind of error.
  public private(set) var errors: [String: UInt64] = [:]

  mutating func note(_ event: StageEvent, from stage: MonitorBoard.Stage, at now: Timestamp) {
    switch event {
    case .committed(let duration):
      commitSeconds = duration / .seconds(1)
      commitTimes[stage.rawValue, default: .work].observe(commitSeconds)
    case .aborted: abortsByStage[stage.rawValue, default: 0] += 1
    case .restored(let duration): restoreSeconds = duration / .seconds(1)
    case .tally(let tally): auditViolations = tally.violations
    case .collected(let count): collected += count
    case .lag(let records): lagRecords = records
    case .eventLag(let seconds):
      lagSeconds = seconds
      lags.observe(seconds)
    case .trouble(let reason): errors[reason, default: 0] += 1
    case .written(let outcomes, _):
      for judged in outcomes { note(judged, at: now) }
    case .evaluating(false): (auditViolations, lagSeconds) = (nil, nil)
    case .note, .collecting, .evaluating, .standing, .reached: break
    }
  }

  private mutating func note(_ judged: Judged, at now: Timestamp) {
    switch judged.outcome {
    case .window(let result): windowDelays.observe(now.seconds(since: result.window.end))
    case .alert(let alert):
      let transition = alert.transition
      alertsWritten[transition.state.rawValue, default: 0] += 1
      guard transition.state == .firing, transition.repetition == 0 else { return }
      alertDelays.observe(now.seconds(since: alert.window.end))
    case .retrain(let request):
      let name = judged.version.plan.triggers[request.trigger].name
      requestsWritten[name, default: 0] += 1
    case .refused, .expired, .verdict: break
    }
  }
}
