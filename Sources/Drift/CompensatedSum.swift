/// A sum of doubles that keeps what each addition rounds off.
///
/// Source: D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
struct CompensatedSum: Equatable {
  private var sum = 0.0
  private var rest = 0.0

  /// Adds a number.
  mutating func add(_ number: Double) {
    let next = sum + number
    let taken = next - sum
    rest += (sum - (next - taken)) + (number - taken)
    sum = next
  }

  /// The sum; what was rounded off is of no use once it has overflown.
  var value: Double { sum.isFinite ? sum + rest : sum }
}
