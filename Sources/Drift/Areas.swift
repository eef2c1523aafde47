internal import Sketches

/// ∫ |F − G| and ∫ (F − G)² within the reference's range, each as a bracket.
///
/// In a gap the difference falls from one known value to another, and its mean is known where it
/// was counted how far into the gap values lie. Where it has one sign, that is the area. Elsewhere
/// the estimate is that of an even fall, and the ends are those of jumps at the worst places.
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
    let fall = Fall(start: start, end: end, mean: step.mean)
    absolutes.add(fall.absolute, times: width)
    squares.add(fall.square, times: width)
  }
}

extension LineStep {
  /// What the mean of F - G over the gap is known to lie between; nil where it is not counted.
  fileprivate var mean: ClosedRange<Double>? {
    guard let part else { return nil }
    let count = Double(here.current)
    let share = (count - part) / Double(totals.current)
    let error = count * GapFractions.error / Double(totals.current)
    let mean = heights.start - share
    return mean - error...mean + error
  }
}

/// The difference of the distribution functions in one gap: it falls from start to end.
private struct Fall {
  var start: Double
  var end: Double
  /// What its mean lies between.
  var mean: ClosedRange<Double>

  /// - Parameters:
  ///   - start: At the gap's start.
  ///   - end: At its end, not above.
  ///   - mean: What is known of the mean; nil for nothing.
  init(start: Double, end: Double, mean: ClosedRange<Double>?) {
    // Rounding must not let it rise.
    let possible = min(start, end)...start
    (self.start, self.end) = (start, possible.lowerBound)
    self.mean = mean?.clamped(to: possible) ?? possible
  }

  /// The mean of |F - G|.
  ///
  /// With a mean μ it is at least |μ|, and at most what jumps from start to end at once give.
  var absolute: Bracket {
    let crosses = start > 0 && end < 0
    guard crosses else {
      let ends = [abs(mean.lowerBound), abs(mean.upperBound)]
      return bracket(min(ends[0], ends[1]), abs(start + end) / 2, max(ends[0], ends[1]))
    }
    let least = mean.contains(0) ? 0 : min(abs(mean.lowerBound), abs(mean.upperBound))
    let even = (start * start + end * end) / 2 / (start - end)
    return bracket(least, even, max(chord(mean.lowerBound, abs), chord(mean.upperBound, abs)))
  }

  /// The mean of (F - G)².
  var square: Bracket {
    let least = mean.contains(0) ? 0 : min(abs(mean.lowerBound), abs(mean.upperBound))
    let even = (start * start + start * end + end * end) / 3
    let most = max(chord(mean.lowerBound) { $0 * $0 }, chord(mean.upperBound) { $0 * $0 })
    return bracket(least * least, even, most)
  }

  /// The mean of a convex function of F - G where it is only ever as at the start or as at the end.
  private func chord(_ mean: Double, _ function: (Double) -> Double) -> Double {
    guard start > end else { return function(start) }
    let share = (mean - end) / (start - end)
    return share * function(start) + (1 - share) * function(end)
  }

  /// The estimate put between what is certain.
  private func bracket(_ lower: Double, _ estimate: Double, _ upper: Double) -> Bracket {
    let upper = max(lower, upper)
    return Bracket(lower: lower, value: min(max(estimate, lower), upper), upper: upper)
  }
}

/// A bracket added up.
private struct BracketSum: Equatable {
  private var lower = CompensatedSum()
  private var value = CompensatedSum()
  private var upper = CompensatedSum()

  mutating func add(_ bracket: Bracket, times factor: Double) {
    lower.add(bracket.lower * factor)
    value.add(bracket.value * factor)
    upper.add(bracket.upper * factor)
  }

  var bracket: Bracket {
    // rounding must not put the estimate beside its bracket
    let most = max(lower.value, upper.value)
    let middle = min(max(value.value, lower.value), most)
    return Bracket(lower: lower.value, value: middle, upper: most)
  }
}
