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
    /// It follows with what the alert does not carry, `natural`, which is then as the steps say.
    case consistent
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
    /// One less the probability of a false alarm, of a lower bound.
    public var confidence: Double?
    /// Values of the window.
    public var currentCount: UInt64
    /// Values of the reference.
    public var referenceCount: UInt64?

    /// Numbers of an alert.
    public init(
      statistic: String,
      value: Double,
      pValue: Double? = nil,
      distance: Double? = nil,
      bound: Double? = nil,
      confidence: Double? = nil,
      currentCount: UInt64,
      referenceCount: UInt64? = nil
    ) {
      self.statistic = statistic
      self.value = value
      self.pValue = pValue
      self.distance = distance
      self.bound = bound
      self.confidence = confidence
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
      // α is all that counts for categories.
      let confidence = Confidence(alpha: reported.alpha ?? 0.5, delta: 0.5)
      switch metric.name {
      case _ where metric.isOfBins:
        found = metric.measure(comparison, confidence: confidence, argument: argument).value
      case "ks" where argument == nil:
        (found, isLeast) = (digest.distanceAtEdges, true)
      case "unseen":
        found = metric.measure(comparison, confidence: confidence).value
        isLeast = false
      case "drift", "excess_drift":
        guard let alpha = reported.alpha else { break }
        (found, steps) =
          digest.edges == nil
          ? Self.categorical(reported, metric, comparison, confidence)
          : reported.isOfWindows
            ? Self.betweenWindows(reported, alpha) : Self.numeric(reported, metric)
        isLeast = isLeast && digest.edges == nil
      default: break
      }
    }
    value = found
    self.steps = steps
    let outcome = Self.outcome(found, reported.value, isLeast: isLeast)
    let isOpen = outcome == .equal && metric?.name == "excess_drift"
    self.outcome = isOpen ? .consistent : outcome
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

  /// The probability of a false alarm.
  var alpha: Double? {
    confidence.map { 1 - $0 }.flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
  }
}

extension AlertDerivation {
  private typealias Derived = (Double?, [Step])

  /// The bound of the categories; what `excess_drift` leaves of it is what the reference varies.
  private static func categorical(
    _ reported: Reported,
    _ metric: Metric,
    _ comparison: FieldComparison,
    _ confidence: Confidence
  ) -> Derived {
    let measured = DriftBound.measure(comparison, confidence: confidence)
    guard let drift = measured.value, let distance = measured.distance else { return (nil, []) }
    var steps = [
      Step(name: "total variation distance, half the sum of |p - q|", value: distance),
      Step(name: "less what chance adds on average and at most, drift", value: drift),
    ]
    guard metric.name == "excess_drift" else { return (drift, steps) }
    let natural = drift - reported.value
    guard natural >= -1e-12 else { return (drift, steps) }
    steps.append(Step(name: "less the reference's own variation, natural", value: natural))
    return (reported.value, steps)
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

  /// D - bound - sqrt(ln(2/δ)/2m) - sqrt(ln(2/α)/2n): all but δ stands in the alert, and δ is 1 %
  /// over the number of fields judged.
  private static func numeric(_ reported: Reported, _ metric: Metric) -> Derived {
    guard let distance = reported.distance, let alpha = reported.alpha,
      let m = reported.referenceCount, m > 0, reported.currentCount > 0
    else { return (nil, []) }
    let bound = reported.bound ?? 0
    let drift = { (fields: Int) in
      DriftBound.numeric(
        distance: distance,
        bound: bound,
        referenceCount: m,
        currentCount: reported.currentCount,
        confidence: .standard(fields: fields, alpha: alpha)
      )
    }
    // A window without end has no allowance of its own.
    let ofReference = { (fields: Int) in
      DriftBound.numeric(
        distance: 8,
        bound: 0,
        referenceCount: m,
        currentCount: .max,
        confidence: .standard(fields: fields, alpha: alpha)
      )
    }
    var steps = [
      Step(name: "distance D, sup |F - G|", value: distance),
      Step(name: "less what D may be off by, as the reference is compressed", value: bound),
    ]
    let fields = (1...4096).min { left, right in
      abs(drift(left) - reported.value) < abs(drift(right) - reported.value)
    }
    guard metric.name == "drift", let fields else {
      let least = 8 - ofReference(1)
      let own = distance - bound - drift(1) - least
      steps.append(Step(name: "less the window's allowance, sqrt(ln(2/α) / 2n)", value: own))
      let rest = distance - bound - own - reported.value
      steps.append(
        Step(name: "less the reference's, sqrt(ln(2/δ) / 2m), and natural, together", value: rest)
      )
      guard rest >= least - 1e-9 else { return (drift(1), steps) }
      return (reported.value, steps)
    }
    let allowance = 8 - ofReference(fields)
    let own = distance - bound - drift(fields) - allowance
    steps += [
      Step(name: "less the window's allowance, sqrt(ln(2/α) / 2n)", value: own),
      Step(
        name: "less the reference's, sqrt(ln(2/δ) / 2m), δ 1 % over \(fields) fields",
        value: allowance
      ),
    ]
    return (drift(fields), steps)
  }
}
