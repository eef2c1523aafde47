import Sketches
import TestSupport
import Testing

@Suite("Where a value stands among the points")
struct PointTableTests {
  /// The cell by counting, as the definition says.
  private func counted(_ value: Double, _ points: [Double]) -> Int {
    let below = points.count { $0 < value }
    return 2 * below + (points.contains(value) ? 1 : 0)
  }

  private func check(_ values: [Double], _ name: String) {
    let sorted = Set(values.map { $0 + 0 }).sorted()
    let points = ReferencePoints(sorted)
    var probes = [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0, -0.0]
    for (index, point) in sorted.enumerated() {
      probes += [point, point.nextUp, point.nextDown].filter(\.isFinite)
      if index > 0 { probes.append(sorted[index - 1] / 2 + point / 2) }
    }
    for probe in probes {
      #expect(points.cell(of: probe) == counted(probe, sorted), "\(probe) in \(name)")
    }
    // Columns are looked up a block at a time, and where few points share a bucket in another way.
    for count in [0, 1, 127, 128, 129, probes.count] {
      let column = probes.prefix(count)
      var summary = FieldSummary(.numeric(pointCount: sorted.count))
      summary.record(Array(column).span, at: points, unit: Moments.Unit(covering: 1))
      var cells = [UInt64](repeating: 0, count: 2 * sorted.count + 1)
      for probe in column { cells[counted(probe, sorted)] += 1 }
      #expect(summary.counts.cells == cells, "\(count) in \(name)")
    }
  }

  @Test("Of points of every kind, each value next to one is found as a count finds it")
  func agreesWithACount() {
    var random = SplitMix64(seed: 5)
    func draw(_ count: Int, _ make: (Double) -> Double) -> [Double] {
      (0..<count).map { _ in make(random.uniform()) }
    }
    check(draw(300) { $0 }, "even")
    check(draw(300) { 1 / ($0 + 1e-6) - 2 }, "long tail")
    check(draw(300) { ($0 - 0.5) * ($0 - 0.5) * ($0 - 0.5) * 1e9 }, "crowded around 0")
    check(draw(300) { $0 < 0.99 ? 1 + $0 * 1e-12 : $0 * 1e15 }, "one crowd and far ones")
    check(draw(200) { Double(Int($0 * 50)) }, "integers")
    check(draw(100) { $0 * .greatestFiniteMagnitude * ($0 < 0.5 ? -1 : 1) }, "huge")
    check(draw(100) { $0 * 0x1p-1060 }, "subnormal")
    check((0..<64).map { 1 + Double($0) * 0x1p-52 }, "neighbours")
    check([-.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude], "a range beyond a double")
    check([.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude], "a range without an inverse")
    check([0, 0x1p-1000, 1], "from zero")
    check([-1, -0x1p-1000, 0], "to zero")
    check([], "none")
    check([0], "zero")
    check([7], "one")
    check([-1, 1], "two")
  }

  @Test("More points than a narrow table numbers are told apart, too")
  func manyPoints() {
    let values = (0..<70_000).map { Double($0) + 0.5 }
    let points = ReferencePoints(values)
    let probes = values.flatMap { [$0.nextDown, $0, $0.nextUp] }
    let single = probes.indices.allSatisfy { points.cell(of: probes[$0]) == $0 - $0 / 3 }
    #expect(single)
    var summary = FieldSummary(.numeric(pointCount: values.count))
    summary.record(probes.span, at: points, unit: Moments.Unit(covering: 1))
    let cells = (0...140_000).map { UInt64($0 > 0 && $0 < 140_000 && $0 % 2 == 0 ? 2 : 1) }
    #expect(summary.counts.cells == cells)
  }

  @Test("A column is counted as its values are, those beyond 128-bit squares among them")
  func columnsAreCountedAsValues() {
    var random = SplitMix64(seed: 6)
    let points = ReferencePoints((0..<100).map { Double($0) / 50 - 1 })
    let unit = Moments.Unit(covering: 2)
    var values = (0..<1000).map { _ in random.uniform() * 4 - 2 }
    values += [0, -0.5, 1e9, -1e9, 1e300, -1e300, 40_000, -40_000, 0x1p-33, 3 * 0x1p-33]
    var column = FieldSummary(.numeric(pointCount: 100).keeping(.fractions))
    column.record(values.span, at: points, unit: unit)
    var single = FieldSummary(.numeric(pointCount: 100).keeping(.fractions))
    for value in values {
      single.completeness.recordValue()
      single.counts.record(value, at: points)
      single.moments.record(value, unit: unit)
      single.fractions?.record(value, cell: points.cell(of: value), at: points)
    }
    #expect(column == single)
    #expect(column.completeness.values == 1010 && column.moments.beyond == 2)
  }
}
