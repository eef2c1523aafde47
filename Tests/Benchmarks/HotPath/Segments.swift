import BenchmarkSupport

/// How fast events are counted in many segments beside all together, against all together alone.
enum Segments {
  private static let rounds = 9
  private static let events = 200_000

  /// A hundred segments and a thousand, each with distributions of a hundred points of its own and
  /// as many events as any other.
  static func rows() throws -> [Row] {
    [
      try row("segments_100_of_1", segments: 100, learned: 20_000),
      try row("segments_1000_of_1", segments: 1_000, learned: 120_000),
    ]
  }

  private static func row(_ name: String, segments: Int, learned: Int) throws -> Row {
    let apart = try work(segments, learned, isInSegments: true)
    let together = try work(segments, 20_000, isInSegments: false)
    // A collector is made once for days: what that takes is left out.
    var collectors = [together.makeCollector(), apart.makeCollector()]
    let ratios = (0...rounds).map { _ in
      ThreadClock.seconds { together.run(on: &collectors[0]) }
        / ThreadClock.seconds { apart.run(on: &collectors[1]) }
    }
    // The first round finds cold caches.
    return Row(name, in: "ratio", Array(ratios.dropFirst()))
  }

  /// About what is counted between two commits, in windows of an hour.
  private static func work(
    _ segments: Int,
    _ learned: Int,
    isInSegments: Bool
  ) throws -> InMemory {
    try InMemory(
      count: events,
      learned: learned,
      window: Scenario.hours,
      segments: segments,
      isInSegments: isInSegments
    )
  }
}
