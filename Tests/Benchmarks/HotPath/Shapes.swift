import BenchmarkSupport

/// How fast one core counts events of each shape.
enum Shapes {
  private static let rounds = 9

  /// The rows: each shape decoded only, and counted; and the slowest shape against the fastest.
  static func rows() throws -> [Row] {
    let works = try EventShape.allCases.map { try InMemory($0) }
    var decoded = works.map { _ in [Double]() }
    var counted = decoded
    for round in 0...rounds {
      for (index, work) in works.enumerated() {
        let decode = ThreadClock.seconds { work.decode() }
        let run = ThreadClock.seconds { work.run() }
        // The first round finds cold caches.
        guard round > 0 else { continue }
        decoded[index].append(Double(work.count) / decode)
        counted[index].append(Double(work.count) / run)
      }
    }
    let unit = "events/s of a core"
    var rows = [Row("in_memory_events_per_second", in: unit, counted[0])]
    for (index, shape) in EventShape.allCases.enumerated() {
      rows.append(Row("in_memory_\(shape)", in: unit, counted[index]))
      rows.append(Row("decode_\(shape)", in: unit, decoded[index]))
    }
    return rows + [worst(counted)]
  }

  /// Shapes are told apart by their medians, and compared round by round.
  private static func worst(_ rates: [[Double]]) -> Row {
    let order = rates.indices.sorted { median(rates[$0]) < median(rates[$1]) }
    let (slow, fast) = (rates[order[0]], rates[order[order.count - 1]])
    return Row("worst_shape_of_best", in: "ratio", zip(slow, fast).map { $0 / $1 })
  }

  private static func median(_ values: [Double]) -> Double { Row("", in: "", values).value }
}
