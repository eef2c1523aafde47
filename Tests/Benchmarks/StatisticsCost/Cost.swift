import Foundation

/// A measured cost, and what it may be.
struct Cost {
  /// What a cost is counted in.
  enum Unit: String {
    case nanoseconds
    case microseconds
    case milliseconds

    /// In one second.
    fileprivate var perSecond: Double {
      switch self {
      case .nanoseconds: 1e9
      case .microseconds: 1e6
      case .milliseconds: 1e3
      }
    }
  }

  /// What costs it.
  let name: String
  private let value: Double
  private let unit: Unit
  private let limit: Double?

  /// Measures the work of this thread, whatever else the machine does.
  ///
  /// The least of some runs: what others do to caches and to the core's other half only adds.
  ///
  /// - Parameters:
  ///   - name: What costs it.
  ///   - unit: What it is counted in.
  ///   - count: Equal pieces in one run.
  ///   - limit: What one piece may cost; nil where nothing is promised.
  ///   - run: Does the work once.
  init(
    _ name: String,
    in unit: Unit,
    count: Int,
    limit: Double? = nil,
    run: () throws -> Void
  ) rethrows {
    try run()
    var least = Double.infinity
    for _ in 0..<15 {
      let start = Self.threadSeconds
      try run()
      least = min(least, Self.threadSeconds - start)
    }
    value = least / Double(count) * unit.perSecond
    (self.name, self.unit, self.limit) = (name, unit, limit)
  }

  /// Whether it is above its limit.
  var isExcessive: Bool { limit.map { value > $0 } ?? false }

  var json: String {
    let end = limit.map { String(format: ",\"limit\":%g", $0) } ?? ""
    return "{\"name\":\"\(name)\"," + String(format: "\"\(unit)\":%.2f", value) + end + "}"
  }

  private static var threadSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
