import Foundation

/// Seconds from the acknowledgement of a record to the alert it led to, and their quantiles.
struct Latencies {
  private let seconds: [Double]
  private let name: String
  private let delivery: String

  init(_ latencies: [Duration], name: String, delivery: String) {
    seconds = latencies.map { $0 / .seconds(1) }.sorted()
    self.name = name
    self.delivery = delivery
  }

  /// The least latency that so many percent of all do not exceed.
  func percentile(_ percent: Int) -> Double {
    seconds[max(0, (seconds.count * percent + 99) / 100 - 1)]
  }

  var json: String {
    let quantiles = [("median", 50), ("p99", 99), ("max", 100)].map { name, percent in
      String(format: "\"%@_seconds\":%.3f", name, percentile(percent))
    }
    return "{\"name\":\"alert_latency\",\"broker\":\"\(name)\",\"delivery\":\"\(delivery)\","
      + "\"samples\":\(seconds.count),\(quantiles.joined(separator: ","))}"
  }
}
