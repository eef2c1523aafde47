import BenchmarkSupport

/// How fast events are counted in many segments beside all together, against all together alone.
enum Segments {
  private static let rounds = 9

  /// A hundred segments and a thousand, each with distributions of a hundred points of its own and
  /// as many events as any other.
  static func rows() throws -> [Row] {
    [
      try row("segments_100_of_1", segments: 100, learned: 20_000),
      try row("segments_1000_of_1", segments: 1_000, learned: 200_000),
    ]
  }

  private static func row(_ name: String, segments: Int, learned: Int) throws -> Row {
    let apart = try InMemory(learned: learned, segments: segments, isInSegments: true)
    let together = try InMemory(learned: learned, segments: segments)
    let ratios = (0...rounds).map { _ in
      ThreadClock.seconds { together.run() } / ThreadClock.seconds { apart.run() }
    }
    // The first round finds cold caches.
    return Row(name, in: "ratio", Array(ratios.dropFirst()))
  }
}
