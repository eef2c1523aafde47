/// A sum of doubles that keeps what each addition rounds off.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// 1974.
struct CompensatedSum: Equatable {
  private var sum = 0.0
  private var rest = 0.0

  /// Adds a number.
  mutating func add(_ number: Double) {
    let next = sum + number
    rest += abs(sum) >= abs(number) ? (sum - next) + number : (number - next) + sum
    sum = next
  }

  /// The sum; what was rounded off is of no use once it has overflown.
  var value: Double { sum.isFinite ? sum + rest : sum }
}
