/// How far the distribution functions are apart at most, in either direction.
///
/// Inside a gap the reference is taken half-way between its ends, which is exact where the gap
/// holds no reference value, and otherwise off by at most half the gap's mass: the bound a profile
/// stores. The window's function is monotone, so its two values at the gap's ends decide.
struct Supremum: Equatable {
  /// sup (F − G), not negative.
  var above = 0.0
  /// sup (G − F), not negative.
  var below = 0.0

  /// Takes in a step.
  mutating func add(_ step: LineStep) {
    guard step.here != PairCount() else { return }
    let (m, n) = (Double(step.totals.reference), Double(step.totals.current))
    let after = step.before + step.here
    if step.isPoint {
      note(Double(after.reference) / m - Double(after.current) / n)
    } else {
      let middle = (Double(step.before.reference) + Double(step.here.reference) / 2) / m
      note(middle - Double(step.before.current) / n)
      note(middle - Double(after.current) / n)
    }
  }

  /// sup |F − G|.
  var largest: Double { max(above, below) }

  /// sup (F − G) + sup (G − F).
  var span: Double { above + below }

  /// Takes in a difference F − G.
  mutating func note(_ difference: Double) {
    above = max(above, difference)
    // 0 less a number, as the negative of 0 would be shown with its sign
    below = max(below, 0 - difference)
  }
}
