/// A number with its unit, as written in a condition: `0.2`, `1%`, `5m`, `10/s`.
struct Quantity: Equatable {
  enum Kind: Equatable {
    case number, percentage, duration, rate
  }

  /// In the base unit: a percentage as a share, a duration in seconds, a rate per second.
  var value: Double
  var kind: Kind

  /// A plain number.
  init(number: Double) {
    value = number
    kind = .number
  }

  /// Reads a quantity.
  ///
  /// - Returns: nil when the text is none.
  init?(_ text: String) {
    let number = text.unicodeScalars.prefix { Self.isPartOfNumber($0) }
    if let duration = DurationText.parse(text) {
      value = Double(duration.milliseconds) / 1000
      kind = .duration
      return
    }
    let suffix = String(text.unicodeScalars.dropFirst(number.count))
    // `1e-3`: what follows an exponent is part of the number, so the whole is tried first.
    if let plain = Self.number(text) {
      (value, kind) = (plain, .number)
      return
    }
    guard let factor = Self.units[suffix], let parsed = Self.number(String(number)) else {
      return nil
    }
    // Of a percentage the nearest to the share that is meant: 99.9 / 100 is above 999 / 1000.
    let share = factor.kind == .percentage ? Self.number("\(String(number))e-2") : nil
    value = share ?? parsed * factor.size
    kind = factor.kind
  }

  private static let units: [String: (size: Double, kind: Kind)] = [
    "%": (0.01, .percentage),
    "/s": (1, .rate),
  ]

  private static func isPartOfNumber(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isDigit || scalar == "." || scalar == "-" || scalar == "+"
  }

  /// Digits with an optional sign, fraction and exponent; nothing else that Swift would read.
  private static func number(_ text: String) -> Double? {
    guard let last = text.unicodeScalars.last, last.isDigit else { return nil }
    let allowed = text.unicodeScalars.allSatisfy {
      isPartOfNumber($0) || $0 == "e" || $0 == "E"
    }
    guard allowed, let value = Double(text), value.isFinite else { return nil }
    return value
  }
}

extension Quantity.Kind {
  /// With its article, for messages.
  var phrase: String {
    switch self {
    case .number: "a plain number"
    case .percentage: "a percentage"
    case .duration: "a duration"
    case .rate: "a rate"
    }
  }
}
