/// A number that the counters do not give exactly: what it is at least, about, and at most.
public struct Bracket: Equatable, Sendable {
  /// It is not below this.
  public var lower: Double
  /// The estimate, between both.
  public var value: Double
  /// It is not above this; ∞ when nothing is known.
  public var upper: Double

  /// A number between two others.
  public init(lower: Double, value: Double, upper: Double) {
    self.lower = lower
    self.value = value
    self.upper = upper
  }

  /// A number that is known.
  init(_ value: Double) { self.init(lower: value, value: value, upper: value) }

  static func + (left: Self, right: Self) -> Self {
    Bracket(
      lower: left.lower + right.lower,
      value: left.value + right.value,
      upper: left.upper + right.upper
    )
  }

  /// All three taken through an increasing function.
  func map(_ function: (Double) -> Double) -> Self {
    Bracket(lower: function(lower), value: function(value), upper: function(upper))
  }
}

extension Measurement {
  /// A number with both its ends; `bound` is the distance to the farther one.
  public init(_ bracket: Bracket) {
    self.init(bracket.value)
    bound = max(bracket.upper - bracket.value, bracket.value - bracket.lower)
    guard bracket.lower < bracket.upper else { return }
    lower = bracket.lower
    upper = bracket.upper
  }
}
