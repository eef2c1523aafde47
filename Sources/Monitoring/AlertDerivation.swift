import Drift
public import Rules

/// How an alert's number comes from the distributions that it carries.
public struct AlertDerivation: Sendable {
  /// How the number derived stands to the one reported.
  public enum Outcome: String, Sendable {
    /// The same, but for rounding in the last digits.
    case equal
    /// The digest holds too little for more: the number reported is at least this.
    case atLeast = "at_least"
    /// Another one.
    case different
    /// The digest does not hold what it takes.
    case none
  }

  /// One step of the derivation.
  public struct Step: Sendable {
    /// What it is, in words and symbols.
    public let name: String
    /// Its value.
    public let value: Double
  }

  /// What was measured; nil where the statistic is no metric of this version.
  public let metric: Metric?
  /// Whether the number is the p-value of the statistic.
  public let isPValue: Bool
  /// The number again; nil where it cannot be derived.
  public let value: Double?
  /// How it stands to the one reported.
  public let outcome: Outcome
  /// From the distance to a lower bound.
  public let steps: [Step]

  /// An alert's numbers, as it carries them.
  public struct Reported: Sendable {
    /// As `ks(p)`, `adwin(mean)`.
    public var statistic: String
    /// The number that decided.
    public var value: Double
    /// The p-value beside it.
    public var pValue: Double?
    /// The plain distance behind a lower bound.
    public var distance: Double?
    /// What that may be off by.
    public var bound: Double?
    /// The probability of a false alarm, of a lower bound.
    public var alpha: Double?
    /// The probability that the reference itself is off by more than allowed.
    public var delta: Double?
    /// What the reference varies by itself, where that is taken off.
    public var natural: Double?
    /// Values of the window.
    public var currentCount: UInt64
    /// Values of the reference.
    public var referenceCount: UInt64?

    /// Numbers of an alert.
    public init(
      statistic: String,
      value: Double,
      pValue: Double? = nil,
      distance: Double?,
      bound: Double?,
      alpha: Double?,
      delta: Double? = nil,
      natural: Double? = nil,
      currentCount: UInt64,
      referenceCount: UInt64?
    ) {
      self.statistic = statistic
      self.value = value
      self.pValue = pValue
      self.distance = distance
      self.bound = bound
      self.alpha = alpha
      self.delta = delta
      self.natural = natural
      self.currentCount = currentCount
      self.referenceCount = referenceCount
    }
  }

  /// Derives an alert's number.
  ///
  /// - Parameters:
  ///   - reported: What it says.
  ///   - digest: Both distributions; nil where it carries none.
  public init(_ reported: Reported, _ digest: AlertDigest?) {
    let name = reported.statistic.prefix { $0 != "(" }
    let inner = reported.statistic.dropFirst(name.count + 1).dropLast()
    let arguments = inner.split(separator: ",").map { String($0.drop { $0 == " " }) }
    metric = Catalog.metric(named: String(name))
    // Alerts name a test alike, whether its statistic or its p-value was compared.
    let isPValue = reported.value == reported.pValue && metric?.arguments.contains("p") == true
    let argument = isPValue ? "p" : nil
    self.isPValue = isPValue
    var (found, steps) = (Double?.none, [Step]())
    var isLeast = digest?.isPartial ?? false
    if let metric, let digest {
      let comparison =
        reported.isOfWindows ? digest.comparison.betweenWindows : digest.comparison
      // δ counts for the drift of numbers alone.
      let confidence = Confidence(
        alpha: Self.probability(reported.alpha) ?? 0.5,
        delta: Self.probability(reported.delta) ?? 0.5
      )
      let isBound = !reported.isOfWindows && Self.probability(reported.alpha) != nil
      switch metric.name {
      case _ where metric.isOfBins:
        found = metric.measure(comparison, confidence: confidence, argument: argument).value
      case "ks" where argument == nil:
        (found, isLeast) = (digest.distanceAtEdges, true)
      case "unseen":
        found = metric.measure(comparison, confidence: confidence).value
        isLeast = false
      case "drift", "excess_drift":
        guard let alpha = Self.probability(reported.alpha) else { break }
        (found, steps) =
          digest.edges == nil
          ? Self.categorical(comparison, confidence)
          : reported.isOfWindows
            ? Self.betweenWindows(reported, alpha) : Self.numeric(reported, confidence)
        isLeast = isLeast && digest.edges == nil
      case "missing", "type_mismatch", "missing_change", "type_mismatch_change",
        "excess_missing_change":
        guard digest.records != nil, arguments.isEmpty, isBound || !metric.isLowerBound else {
          break
        }
        (found, steps) = Self.share(metric, comparison, confidence)
        isLeast = false
      default: break
      }
    }
    if let natural = reported.natural, let drift = found {
      steps.append(Step(name: "less the reference's own variation, natural", value: natural))
      found = max(0, drift - natural)
    }
    value = found
    self.steps = steps
    outcome = Self.outcome(found, reported.value, isLeast: isLeast)
  }

  private static func probability(_ number: Double?) -> Double? {
    number.flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
  }

  private static func outcome(_ found: Double?, _ reported: Double, isLeast: Bool) -> Outcome {
    guard let found else { return .none }
    let tolerance = 1e-12 * max(1e-3, reported.magnitude)
    if abs(found - reported) <= tolerance { return .equal }
    return isLeast && found <= reported ? .atLeast : .different
  }
}

extension AlertDerivation.Reported {
  /// Whether counted records stand in the reference's place.
  fileprivate var isOfWindows: Bool {
    statistic.contains("(previous") || statistic.contains("(versus ")
  }
}

extension AlertDerivation {
  private typealias Derived = (Double?, [Step])

  /// The bound of the categories.
  private static func categorical(
    _ comparison: FieldComparison,
    _ confidence: Confidence
  ) -> Derived {
    let measured = DriftBound.measure(comparison, confidence: confidence)
    guard let drift = measured.value, let distance = measured.distance else { return (nil, []) }
    return (
      drift,
      [
        Step(name: "total variation distance, half the sum of |p - q|", value: distance),
        Step(name: "less what chance adds on average and at most, drift", value: drift),
      ]
    )
  }

  /// D - sqrt(ln(4/α)/2m) - sqrt(ln(4/α)/2n): of two windows each has half of α, and D is what is
  /// certain of them.
  private static func betweenWindows(_ reported: Reported, _ alpha: Double) -> Derived {
    guard let distance = reported.distance, let m = reported.referenceCount, m > 0,
      reported.currentCount > 0
    else { return (nil, []) }
    let bound = { (distance: Double, m: UInt64, n: UInt64) in
      DriftBound.numeric(
        distance: distance,
        bound: 0,
        referenceCount: m,
        currentCount: n,
        confidence: Confidence(alpha: alpha / 2, delta: alpha / 2)
      )
    }
    // Far enough, nothing is cut off at 0; and a side without end has no allowance.
    let far = 8.0
    return (
      bound(distance, m, reported.currentCount),
      [
        Step(name: "distance D, sup |F - G|, as far as it is certain", value: distance),
        Step(
          name: "less the window's allowance, sqrt(ln(4/α) / 2n)",
          value: far - bound(far, .max, reported.currentCount)
        ),
        Step(
          name: "less that of what it is compared with, sqrt(ln(4/α) / 2m)",
          value: far - bound(far, m, .max)
        ),
      ]
    )
  }

  /// The bound of the numbers: D - bound - sqrt(ln(2/δ)/2m) - sqrt(ln(2/α)/2n).
  private static func numeric(_ reported: Reported, _ confidence: Confidence) -> Derived {
    guard let distance = reported.distance, probability(reported.delta) != nil,
      let m = reported.referenceCount, m > 0, reported.currentCount > 0
    else { return (nil, []) }
    // Far from nothing, a bound shows what was taken off; a side without end takes off nothing.
    let allowance = { (m: UInt64, n: UInt64) in
      8
        - DriftBound.numeric(
          distance: 8,
          bound: 0,
          referenceCount: m,
          currentCount: n,
          confidence: confidence
        )
    }
    let bound = reported.bound ?? 0
    let drift = DriftBound.numeric(
      distance: distance,
      bound: bound,
      referenceCount: m,
      currentCount: reported.currentCount,
      confidence: confidence
    )
    return (
      drift,
      [
        Step(name: "distance D, sup |F - G|", value: distance),
        Step(name: "less what D may be off by, as the reference is compressed", value: bound),
        Step(
          name: "less the window's allowance, sqrt(ln(2/α) / 2n)",
          value: allowance(.max, reported.currentCount)
        ),
        Step(
          name: "less the reference's, sqrt(ln(2/δ) / 2m), δ = \(confidence.delta)",
          value: allowance(m, .max)
        ),
      ]
    )
  }

  /// A share of the records, or the bound of its change.
  private static func share(
    _ metric: Metric,
    _ comparison: FieldComparison,
    _ confidence: Confidence
  ) -> Derived {
    // What the reference varies is taken off in the open.
    var comparison = comparison
    comparison.natural = nil
    let measured = metric.measure(comparison, confidence: confidence)
    guard let value = measured.value else { return (nil, []) }
    guard let distance = measured.distance else { return (value, []) }
    return (
      value,
      [
        Step(name: "difference of both shares", value: distance),
        Step(name: "at least, by Newcombe's interval", value: value),
      ]
    )
  }
}
