import BenchmarkSupport
import Records
import Sketches
import TestSupport

/// What one value costs each sketch.
enum SketchCosts {
  static func all() -> [Row] {
    let points = ReferencePoints((0..<1000).map { Double($0) / 1000 })
    let unit = Moments.Unit(covering: 1)
    return [
      cost("ReferenceCounts", ReferenceCounts(pointCount: 1000)) { $0.record($1, at: points) },
      cost("CategoryCounts", CategoryCounts(categoryCount: 100)) { $0.record(code: Int($1 * 100)) },
      cost("Moments", Moments()) { $0.record($1, unit: unit) },
      cost("Completeness", Completeness()) { state, _ in state.recordValue() },
      cost("GapFractions", GapFractions(pointCount: 1000)) { state, value in
        state.record(value, cell: points.cell(of: value), at: points)
      },
      cost("DistinctSketch, all different,", DistinctSketch()) { state, value in
        state.record(hash: Hash64.hash(of: value))
      },
      cost("DistinctSketch, 1,000 different,", DistinctSketch()) { state, value in
        state.record(hash: Hash64.hash(of: (value * 1000).rounded()))
      },
      cost("TextLengths", TextLengths()) { $0.record(UInt64($1 * 100)) },
      cost("LagCounts", LagCounts()) { $0.record(milliseconds: Int64($1 * 1e6)) },
      cost("Comoments", Comoments()) { $0.record(UInt16($1 * 65_535), UInt16($1 * 256)) },
    ]
  }

  private static let values: [Double] = {
    var random = SplitMix64(seed: 1)
    return (0..<200_000).map { _ in random.uniform() }
  }()

  /// The cost of one value of [0, 1).
  private static func cost<State: Summary>(
    _ sketch: String,
    _ empty: State,
    _ record: (inout State, Double) -> Void
  ) -> Row {
    Row.cost("\(sketch) value", in: .nanoseconds, count: values.count) {
      var state = empty
      for value in values { record(&state, value) }
      precondition(state != empty, "\(sketch) recorded nothing")
    }
  }
}
