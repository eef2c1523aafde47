/// A sum of doubles that keeps what each addition rounds off.
///
/// Of one, or of several side by side.
/// Source: D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
struct CompensatedSum<Number: Summable>: Equatable, Sendable {
  private var sum = Number()
  private var rest = Number()

  /// Adds a number.
  mutating func add(_ number: Number) {
    let next = sum + number
    let taken = next - sum
    rest = rest + ((sum - (next - taken)) + (number - taken))
    sum = next
  }
}

extension CompensatedSum where Number == Double {
  /// The sum; what was rounded off is of no use once it has overflown.
  var value: Double { sum.isFinite ? sum + rest : sum }
}

extension CompensatedSum where Number == SIMD4<Double> {
  /// One of the sums.
  func value(_ lane: Int) -> Double {
    CompensatedSum<Double>(sum: sum[lane], rest: rest[lane]).value
  }
}

/// What a compensated sum adds: doubles.
protocol Summable: Equatable, Sendable {
  init()
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
}

extension Double: Summable {}
extension SIMD4<Double>: Summable {}
