/// ∫ |F − G| and ∫ (F − G)² within the reference's range, each as a bracket.
///
/// In a gap the window's function falls from one known value to another, nobody knows where: the
/// estimate is that of an even fall, the ends are those of a jump at the worst place.
struct Areas: Equatable {
  private var absolutes = BracketSum()
  private var squares = BracketSum()
  /// Whether no gap holds a reference value.
  private(set) var isExact = true

  /// ∫ |F − G|.
  var absolute: Bracket { absolutes.bracket }
  /// ∫ (F − G)².
  var squared: Bracket { squares.bracket }

  /// Takes in a step.
  mutating func add(_ step: LineStep) {
    guard !step.isPoint, !step.isOuter else { return }
    if step.here.reference > 0 { isExact = false }
    let (start, end) = step.heights
    guard start != 0 || end != 0 else { return }
    let width = step.end - step.start
    let (left, right) = (abs(start), abs(end))
    let crosses = (start < 0) != (end < 0)
    let (least, most) = (crosses ? 0 : min(left, right), max(left, right))
    let even = crosses ? (left * left + right * right) / 2 / (left + right) : (left + right) / 2
    let square = (start * start + start * end + end * end) / 3
    absolutes.add(least, even, most, times: width)
    squares.add(least * least, square, most * most, times: width)
  }
}

/// A bracket added up.
private struct BracketSum: Equatable {
  private var lower = CompensatedSum()
  private var value = CompensatedSum()
  private var upper = CompensatedSum()

  mutating func add(_ lower: Double, _ value: Double, _ upper: Double, times factor: Double) {
    self.lower.add(lower * factor)
    self.value.add(value * factor)
    self.upper.add(upper * factor)
  }

  var bracket: Bracket {
    // rounding must not put the estimate beside its bracket
    let most = max(lower.value, upper.value)
    let middle = min(max(value.value, lower.value), most)
    return Bracket(lower: lower.value, value: middle, upper: most)
  }
}
