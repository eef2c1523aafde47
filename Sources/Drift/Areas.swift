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
    guard step.here.current > 0 else {
      absolutes.add(Bracket(abs(start)), over: step)
      return squares.add(Bracket(start * start), over: step)
    }
    let fall = Fall(start: start, end: end, mean: step.mean(from: start))
    absolutes.add(fall.absolute, over: step)
    squares.add(fall.square, over: step)
  }
}

extension LineStep {
  /// What the mean of F - G over the gap is known to lie between.
  ///
  /// - Parameter start: The difference where the gap begins.
  /// - Returns: nil where it was not counted how far into the gap values lie.
  fileprivate func mean(from start: Double) -> ClosedRange<Double>? {
    guard let part else { return nil }
    // 1 / n
    let share = 2 * scale * Double(totals.reference)
    let count = Double(here.current)
    let mean = start - (count - part) * share
    let error = count * share * GapFractions.error
    return mean - error...mean + error
  }
}

/// The difference of the distribution functions in one gap: it falls from start to end.
private struct Fall {
  private let start: Double
  private let end: Double
  /// What its mean lies between.
  private let mean: ClosedRange<Double>

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
    let (low, high) = (abs(mean.lowerBound), abs(mean.upperBound))
    guard start > 0, end < 0 else {
      return bracket(min(low, high), abs(start + end) / 2, max(low, high))
    }
    let even = (start * start + end * end) / 2 / (start - end)
    // Of jumps, the part at the start is what the mean lies above the end by.
    let slope = (start + end) / (start - end)
    let most =
      max(slope * mean.lowerBound, slope * mean.upperBound) - 2 * start * end / (start - end)
    return bracket(least, even, most)
  }

  /// The mean of (F - G)².
  var square: Bracket {
    let even = (start * start + start * end + end * end) / 3
    // The chord of the parabola: μ (start + end) - start end.
    let slope = start + end
    let most = max(slope * mean.lowerBound, slope * mean.upperBound) - start * end
    return bracket(least * least, even, most)
  }

  /// What |μ| is at least.
  private var least: Double {
    mean.contains(0) ? 0 : min(abs(mean.lowerBound), abs(mean.upperBound))
  }

  /// The estimate put between what is certain.
  private func bracket(_ lower: Double, _ estimate: Double, _ upper: Double) -> Bracket {
    let upper = max(lower, upper)
    return Bracket(lower: lower, value: min(max(estimate, lower), upper), upper: upper)
  }
}

/// A bracket added up.
private struct BracketSum: Equatable {
  /// The lower end, the value, the upper end, and nothing.
  private var sum = CompensatedSum<SIMD4<Double>>()

  /// Adds a height times the width of a gap.
  mutating func add(_ bracket: Bracket, over gap: LineStep) {
    let heights = SIMD4(bracket.lower, bracket.value, bracket.upper, 0)
    let width = gap.end - gap.start
    // The difference of two large points overflows, that of their halves does not.
    sum.add(width.isFinite ? heights * width : heights * (gap.end / 2 - gap.start / 2) * 2)
  }

  var bracket: Bracket {
    let (lower, value, upper) = (sum.value(0), sum.value(1), sum.value(2))
    // rounding must not put the estimate beside its bracket
    let most = max(lower, upper)
    return Bracket(lower: lower, value: min(max(value, lower), most), upper: most)
  }
}
