import BenchmarkSupport

extension Row {
  /// Time from the acknowledgement of a record to the alert it led to.
  ///
  /// - Parameters:
  ///   - latencies: All that were measured.
  ///   - broker: Where.
  /// - Returns: All in one row, and the 99th percentile, which is what is promised, in another.
  static func latencies(_ latencies: [Duration], broker: String) -> [Row] {
    let seconds = latencies.map { $0 / .seconds(1) }.sorted()
    let worst = seconds[max(0, (seconds.count * 99 + 99) / 100 - 1)]
    return [
      Row("alert_latency_\(broker)", in: "s", seconds),
      Row("alert_latency_\(broker)_p99", in: "s", [worst], limit: limit),
    ]
  }

  /// What the project promises, in seconds.
  private static var limit: Double { 3 }
}
