@testable import Service

extension RunMetrics {
  /// Commits that became visible, of both stages.
  var commits: UInt64 { commitTimes.values.reduce(0) { $0 + $1.counts.reduce(0, +) } }
  /// Commits that were dropped, of both stages.
  var aborts: Int { abortsByStage.values.reduce(0, +) }
}
