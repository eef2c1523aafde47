// What a metric's values can be at all: a threshold outside is compared with in vain.

extension Metric {
  /// The same, whose values can only be these.
  func within(_ range: ClosedRange<Double>) -> Metric {
    var metric = self
    metric.range = range
    return metric
  }

  /// From nothing on.
  static let notNegative = 0...Double.infinity

  /// The range of what it is with an argument: p-values have their own.
  func range(of argument: String?) -> ClosedRange<Double> {
    isPValue(argument) ? 0...1 : range
  }

  /// What bounds it, as a sentence for messages.
  func rangePhrase(of argument: String?) -> String {
    if isPValue(argument) { return "a p-value is between 0 and 1" }
    switch unit {
    case .share: return "a share is between 0 and 100%"
    case .distance: return "a distance is between 0 and 1"
    case .change: return "nothing shrinks by more than 100%"
    case .number, .count, .rate, .duration, .field: return "'\(name)' is \(rangeText)"
    }
  }

  /// What bounds it, behind "it is": `never below 0`, `between 0 and 1`.
  private var rangeText: String {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard low.isFinite else { return "any number" }
    let least = NumberText.readable(low)
    return high.isFinite
      ? "between \(least) and \(NumberText.readable(high))" : "never below \(least)"
  }

  /// The same for the documents, behind the unit's title; nil where the title says it.
  var documentedRange: String? {
    range == unit.range ? nil : rangeText
  }

  private func isPValue(_ argument: String?) -> Bool {
    argument == Self.pValueArgument && arguments == .words([Self.pValueArgument])
  }
}

extension Metric.Unit {
  /// What values of the unit can be.
  var range: ClosedRange<Double> {
    switch self {
    case .share, .distance: 0...1
    case .count, .rate, .duration: Metric.notNegative
    case .change: -1...Double.infinity
    case .number, .field: -Double.infinity...Double.infinity
    }
  }
}
