internal import Monitoring

/// What can be measured of a running monitor, in base units; one value for whoever shows it.
public struct RunMetrics: Equatable, Sendable {
  /// Commits that became visible, of both stages.
  public private(set) var commits = 0
  /// Commits that were dropped.
  public private(set) var aborts = 0
  /// How long the last commit took.
  public private(set) var commitSeconds = 0.0
  /// How long the last restore took; nil before any.
  public private(set) var restoreSeconds: Double?
  /// Deltas that did not fit to those before.
  public private(set) var auditViolations: UInt64 = 0
  /// Records of this process' share of the source that are not committed; nil before a first look.
  ///
  /// Measured every five seconds, and when the monitor stops.
  public private(set) var lagRecords: Int64?
  /// Seconds from the watermark to the wall clock; nil before this process knew a watermark.
  ///
  /// Measured every five seconds, and when the monitor stops, by the process that evaluates. While
  /// every partition is silent it grows from the last watermark.
  public private(set) var lagSeconds: Double?

  mutating func note(_ event: StageEvent) {
    switch event {
    case .committed(let duration):
      commits += 1
      commitSeconds = duration / .seconds(1)
    case .aborted: aborts += 1
    case .restored(let duration): restoreSeconds = duration / .seconds(1)
    case .tally(let tally): auditViolations = tally.violations
    case .lag(let records): lagRecords = records
    case .eventLag(let seconds): lagSeconds = seconds
    case .collected, .written, .note: break
    }
  }
}
