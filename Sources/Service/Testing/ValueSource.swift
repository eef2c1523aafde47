internal import Rules

/// Makes the values of one field, one after the other.
struct ValueSource {
  private let generator: ValueGenerator
  private var numbers: SeededNumbers
  /// Values made by `sequence` and `counter`.
  private var made = 0.0

  init(_ generator: ValueGenerator, numbers: SeededNumbers) {
    self.generator = generator
    self.numbers = numbers
  }

  /// The next value.
  ///
  /// - Parameters:
  ///   - before: What the field has so far.
  ///   - progress: How far the phase is, from 0 to 1.
  /// - Returns: What it has from now on.
  mutating func next(before: EventValue, progress: Double) -> EventValue {
    next(generator, before, progress)
  }

  /// The next number; 0 for what is none.
  mutating func number(progress: Double) -> Double {
    guard case .value(.number(let number)) = next(before: .absent, progress: progress) else {
      return 0
    }
    return number
  }

  private mutating func next(
    _ generator: ValueGenerator,
    _ before: EventValue,
    _ progress: Double
  ) -> EventValue {
    switch generator {
    case .constant(let value): return .value(value)
    case .normal(let mean, let deviation):
      return number(mean.value(at: progress) + deviation.value(at: progress) * numbers.normal())
    case .lognormal(let mean, let deviation):
      let power = mean.value(at: progress) + deviation.value(at: progress) * numbers.normal()
      return number(SeededNumbers.exponential(power))
    case .uniform(let low, let high):
      let start = low.value(at: progress)
      return number(start + (high.value(at: progress) - start) * numbers.uniform())
    case .choice(let choices):
      var rest = numbers.uniform()
      for choice in choices.dropLast() {
        rest -= choice.weight
        if rest < 0 { return .value(choice.value) }
      }
      return choices.last.map { .value($0.value) } ?? .absent
    case .sequence(let values):
      defer { made += 1 }
      return .value(values[Int(made) % values.count])
    case .counter(let start, let step):
      defer { made += 1 }
      return number(start + step * made)
    case .null(let share, let other):
      return part(share, .value(.null), other, before, progress)
    case .absent(let share, let other):
      return part(share, .absent, other, before, progress)
    }
  }

  private func number(_ value: Double) -> EventValue { .value(.number(value)) }

  /// A value for a share of events.
  ///
  /// The other one is drawn for each of them, so that it does not depend on the share.
  private mutating func part(
    _ share: Double,
    _ value: EventValue,
    _ other: ValueGenerator?,
    _ before: EventValue,
    _ progress: Double
  ) -> EventValue {
    let isPart = numbers.uniform() < share
    let rest = other.map { next($0, before, progress) } ?? before
    return isPart ? value : rest
  }
}
