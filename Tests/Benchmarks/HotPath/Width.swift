import BenchmarkSupport

/// What a field costs among many, against what it costs among few.
enum Width {
  private static let rounds = 9
  private static let events = 5_000

  /// A thousand fields against a hundred; the row may have a limit.
  static func row(limit: Double? = nil) throws -> Row {
    let wide = try work(1_000)
    let narrow = try work(100)
    let ratios = (0...rounds).map { _ in
      ThreadClock.seconds { wide.run() } / 10 / ThreadClock.seconds { narrow.run() }
    }
    // The first round finds cold caches.
    return Row("fields_1000_of_100", in: "ratio", Array(ratios.dropFirst()), limit: limit)
  }

  private static func work(_ numbers: Int) throws -> InMemory {
    try InMemory(count: events, numbers: numbers, categories: 0, learned: 2_000)
  }
}
