import Sketches
import TestSupport
import Testing

@Suite("Moments against exact rational arithmetic")
struct MomentsTests {
  private func moments(_ values: [Double], _ unit: Moments.Unit) -> Moments {
    values.reduce(into: Moments()) { $0.record($1, unit: unit) }
  }

  @Test("mean and standard deviation")
  func golden() throws {
    for expected in try Golden().moments.cases {
      let unit = Moments.Unit(covering: expected.spread, magnitude: expected.magnitude)
      let measured = moments(expected.values, unit)
      #expect(measured.count == UInt64(expected.values.count), "\(expected.name)")
      let mean = try #require(measured.mean(unit: unit))
      let deviation = try #require(measured.standardDeviation(unit: unit))
      // A step is 2⁻³² units; rounding to it moves the mean by less than half of one.
      let step = unit.size * 0x1p-33
      #expect(abs(mean - expected.mean) <= step + expected.mean.ulp, "\(expected.name): \(mean)")
      let isClose = abs(deviation - expected.deviation) <= step + 4 * expected.deviation.ulp
      #expect(isClose, "\(expected.name): \(deviation), not \(expected.deviation)")
    }
  }

  @Test("dyadic values are exact to the last digit, whatever their distance from 0")
  func exact() throws {
    for (name, tolerance) in [
      ("integers", 1.0), ("negative", 1), ("around minus one step", 1), ("milliseconds", 1),
      ("far and narrow", 1), ("far and narrow, negative", 1), ("constant", 1), ("zero", 0),
    ] {
      let cases = try Golden().moments.cases
      let expected = try #require(cases.first { $0.name == name })
      let unit = Moments.Unit(covering: expected.spread, magnitude: expected.magnitude)
      let measured = moments(expected.values, unit)
      let mean = try #require(measured.mean(unit: unit))
      #expect(abs(mean - expected.mean) <= tolerance * expected.mean.ulp, "\(name): \(mean)")
      guard name != "constant" else { continue }
      let deviation = try #require(measured.standardDeviation(unit: unit))
      #expect(
        abs(deviation - expected.deviation) <= 2 * tolerance * expected.deviation.ulp,
        "\(name): \(deviation), not \(expected.deviation)"
      )
    }
  }

  @Test("a constant has no spread, wherever it lies")
  func constant() {
    for value in [0.1, -0.1, 1e9, -1e300, 1.0 / 3] {
      let unit = Moments.Unit(covering: 0, magnitude: abs(value))
      let measured = moments(Array(repeating: value, count: 9), unit)
      #expect(measured.mean(unit: unit) == value)
      #expect(measured.standardDeviation(unit: unit) == 0)
    }
  }

  @Test("halves of a step are rounded to the even one, in a column as alone")
  func ties() {
    let unit = Moments.Unit(covering: 1)
    let (far, farther, farthest) = (0x1p46, 0x1p47, 0x1p52)
    let rounded: [(halves: Double, steps: Double)] = [
      (1, 0), (3, 2), (5, 2), (-1, 0), (-3, -2), (-5, -2),
      (far + 1, far / 2), (far + 3, far / 2 + 2), (-farther - 1, -farther / 2),
      (farthest + 3, farthest / 2 + 2),
    ]
    for (halves, steps) in rounded {
      let value = halves * 0x1p-33
      var column = FieldSummary(.numeric(pointCount: 0))
      column.record([value].span, at: ReferencePoints([]), unit: unit)
      #expect(column.moments.mean(unit: unit) == steps * 0x1p-32, "\(halves)")
      #expect(column.moments == moments([value], unit), "\(halves)")
    }
  }

  @Test("one odd value among a million keeps its digits")
  func rare() throws {
    let unit = Moments.Unit(covering: 1)
    for (usual, odd) in [(0.0, 1.0), (0, -1), (1, 0), (-1, 0), (0x1p40, 0x1p40 - 1)] {
      var measured = Moments()
      measured.add(usual * 0x1p-32, count: 999_999, unit: unit)
      measured.add(odd * 0x1p-32, count: 1, unit: unit)
      let deviation = try #require(measured.standardDeviation(unit: unit))
      let expected = (1e-6 * (1 - 1e-6)).squareRoot() * 0x1p-32
      #expect(abs(deviation - expected) <= 4 * expected.ulp)
    }
  }

  @Test("values too far out are counted beyond, not summed")
  func beyond() {
    let unit = Moments.Unit(covering: 1)
    let measured = moments([1, 2, 3, 1e10, -1e10, 1e300, 0x1p31, 0x1p31.nextDown], unit)
    #expect(measured.count == 4)
    #expect(measured.beyond == 4)
    let only = moments([1e300], unit)
    #expect(only.mean(unit: unit) == nil)
    #expect(only.standardDeviation(unit: unit) == nil)
    #expect(moments([1, 2, 3, 1e300], unit).mean(unit: unit) == 2)
  }

  @Test("adding a value often equals recording it often", arguments: 0..<20 as Range<UInt64>)
  func repeated(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let unit = Moments.Unit(covering: 2)
    var (added, recorded) = (Moments(), Moments())
    for _ in 0..<20 {
      let value = generator.uniform() * 1e6 - 5e5
      let count = generator.next() % 50
      added.add(value, count: count, unit: unit)
      for _ in 0..<count { recorded.record(value, unit: unit) }
    }
    #expect(added == recorded)
  }

  @Test("2⁶³ values at the edge of the range do not overflow")
  func largest() throws {
    let unit = Moments.Unit(covering: 1)
    for value in [0x1p31.nextDown, -0x1p31.nextDown] {
      var measured = Moments()
      measured.add(value, count: 1 << 63, unit: unit)
      #expect(measured.mean(unit: unit) == value)
      #expect(measured.standardDeviation(unit: unit) == 0)
      measured.add(0, count: 1 << 62, unit: unit)
      let mean = try #require(measured.mean(unit: unit))
      #expect(abs(mean - value * 2 / 3) <= abs(value) * 1e-15)
      let deviation = try #require(measured.standardDeviation(unit: unit))
      #expect(abs(deviation - abs(value) * (2.0 / 9).squareRoot()) <= abs(value) * 1e-15)
    }
  }

  @Test("the unit is a power of two at or above the spread, and safe to divide by")
  func unit() {
    for (spread, size) in [
      (1.0, 1.0), (1.5, 2), (2, 2), (0.3, 0.5), (0, 0x1p-900), (1e-308, 0x1p-900),
      (.infinity, 0x1p1000),
    ] {
      #expect(Moments.Unit(covering: spread).size == size)
    }
    #expect(Moments.Unit(covering: 1e-3, magnitude: 1e9).size == 512)
    #expect(Moments.Unit(covering: 1e6, magnitude: 1e9).size == 0x1p20)
  }

  @Test("192-bit integers add, subtract, multiply and compare")
  func wideInteger() {
    let largest = WideInteger(.max, times: .max)
    var sum = largest
    sum += WideInteger(1)
    #expect(sum > largest)
    #expect(sum - largest == WideInteger(1))
    #expect(WideInteger(3, times: 5) == WideInteger(15))
    #expect(WideInteger(1 << 63, times: 1 << 65).double == 0x1p128)
    #expect(WideInteger(1 << 63, times: 1 << 127).double == 0x1p190)
    #expect(largest.double == 0x1p192)
    for seed in 0..<50 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let (a, b, c) = (generator.next(), generator.next(), generator.next())
      var split = WideInteger(a, times: UInt128(b))
      split += WideInteger(a, times: UInt128(c) << 64)
      #expect(split == WideInteger(a, times: UInt128(c) << 64 | UInt128(b)))
    }
  }
}
