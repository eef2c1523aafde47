/// How the values of a field of a test's stream are made.
public indirect enum ValueGenerator: Equatable, Sendable {
  /// Always the same value.
  case constant(TestValue)
  /// Normally distributed numbers.
  case normal(mean: TestParameter, deviation: TestParameter)
  /// e to the power of normally distributed numbers.
  case lognormal(mean: TestParameter, deviation: TestParameter)
  /// Evenly distributed numbers, the lower end included.
  case uniform(low: TestParameter, high: TestParameter)
  /// One of some values, by their weights.
  case choice([Weighted])
  /// Values in turn, from the first again after the last.
  case sequence([TestValue])
  /// A number, and the next one the step larger.
  case counter(start: Double, step: Double)
  /// With a probability null, otherwise what the other generator makes; nil for the value that the
  /// field has so far.
  case null(Double, ValueGenerator?)
  /// With a probability no member at all, otherwise as `null`.
  case absent(Double, ValueGenerator?)

  /// A value and how often it is chosen, as a share of all choices.
  public struct Weighted: Equatable, Sendable {
    /// The value.
    public var value: TestValue
    /// Above 0; all weights of a choice add up to 1.
    public var weight: Double
  }

  /// Whether some values are left as they were before.
  var needsValueBefore: Bool {
    switch self {
    case .null(let share, let other), .absent(let share, let other):
      other?.needsValueBefore ?? (share < 1)
    default: false
    }
  }
}

/// A scalar that stands in an event of a test.
public enum TestValue: Equatable, Sendable {
  /// Null.
  case null
  /// True or false.
  case boolean(Bool)
  /// A finite number.
  case number(Double)
  /// A text.
  case text(String)
}

/// A parameter of a distribution.
public enum TestParameter: Equatable, Sendable {
  /// A number.
  case fixed(Double)
  /// A number that goes evenly from one to another while its phase lasts.
  case ramp(from: Double, to: Double)

  /// The number at a point of the phase.
  ///
  /// - Parameter progress: 0 at the beginning, 1 at the end.
  /// - Returns: The number.
  public func value(at progress: Double) -> Double {
    switch self {
    case .fixed(let value): value
    case .ramp(let start, let end): start + (end - start) * progress
    }
  }

  /// Its smallest number.
  var least: Double { min(value(at: 0), value(at: 1)) }

  /// Its number of largest magnitude.
  var greatest: Double { max(value(at: 0).magnitude, value(at: 1).magnitude) }
}
