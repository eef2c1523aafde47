import BenchmarkSupport

/// Regressions by ratio: nothing in it depends on how fast or how busy the machine is.
enum Smoke {
  private static let rounds = 9

  /// The rows, each with what it may be at most.
  static func rows() throws -> [Row] {
    [try pipeline(), try slowestShape(), try Width.row(limit: 1.5)]
  }

  /// Decoding and counting against one multiplication a byte.
  private static func pipeline() throws -> Row {
    let work = try InMemory()
    return Row("in_memory_of_hash", in: "ratio", ratios({ work.run() }, work.hash), limit: 6)
  }

  /// An order of keys that was never seen before against the one that always was.
  private static func slowestShape() throws -> Row {
    let (fixed, shuffled) = (try InMemory(.fixed), try InMemory(.shuffled))
    let values = ratios({ shuffled.run() }, { fixed.run() })
    return Row("shuffled_of_fixed", in: "ratio", values, limit: 2.5)
  }

  private static func ratios<Left, Right>(
    _ left: () -> Left,
    _ right: () -> Right
  ) -> [Double] {
    let ratios = (0...rounds).map { _ in
      let seconds = ThreadClock.seconds { _ = left() }
      return seconds / ThreadClock.seconds { _ = right() }
    }
    // The first round finds cold caches.
    return Array(ratios.dropFirst())
  }
}
