import BenchmarkSupport

/// What a cost is counted in.
enum CostUnit: String {
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

extension Row {
  /// Measures the work of this thread, whatever else the machine does.
  ///
  /// - Parameters:
  ///   - name: What costs it.
  ///   - unit: What it is counted in.
  ///   - count: Equal pieces in one run.
  ///   - limit: What one piece may cost; nil where nothing is promised.
  ///   - run: Does the work once.
  /// - Returns: What one piece costs.
  static func cost(
    _ name: String,
    in unit: CostUnit,
    count: Int,
    limit: Double? = nil,
    run: () throws -> Void
  ) rethrows -> Row {
    try run()
    let seconds = try (0..<15).map { _ in try ThreadClock.seconds(of: run) }
    let values = seconds.map { $0 / Double(count) * unit.perSecond }
    return Row(name, in: unit.rawValue, values, limit: limit)
  }
}
