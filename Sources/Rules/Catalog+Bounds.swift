internal import Drift

extension Catalog {
  /// Lower bounds of the distance of populations.
  static let bounds = Chapter(
    title: "What is certain",
    introduction: """
      Lower confidence bounds: what rules can trust whatever the number of records. One that could \
      not have exceeded its threshold even at the worst is undecided, not passed.
      """,
    metrics: [drift.alsoAgainstBaselines, natural, excessDrift]
  )

  private static let drift = Metric(
    lowerBound: "drift",
    unit: .distance,
    summary: "at least so far are the populations apart",
    definition: """
      lower confidence bound of the Kolmogorov-Smirnov distance (numeric, by \
      Dvoretzky-Kiefer-Wolfowitz-Massart) or of the total variation (categorical, less what the \
      reference itself lets expect of unseen categories: values of those it has once); nothing is \
      taken off that two windows differ by in any case: there is no excess_drift between them, and \
      where mornings differ from evenings drift(previous) alarms in all of them
      """,
    state: .counters,
    bound: "that of ks, taken off already",
    source: "design formula in numpy; coverage measured",
    measure: { DriftBound.measure($0, confidence: $1) },
    recordsToDecide: { DriftBound.recordsToDecide($0, confidence: $1, threshold: $2) },
    shiftToExceed: {
      DriftBound.distanceToExceed($0, threshold: $2, currentCount: $3, confidence: $1)
    }
  )

  private static let natural = Metric(
    field: "natural",
    unit: .distance,
    isStandard: true,
    summary: "how much the reference differs from itself from window to window",
    definition: """
      how far windows go that are like the reference's: of each of its windows the drift from the \
      other three quarters of its time, of these the largest of each quarter, and of those what a \
      fifth one would be below with a probability of 95 %, by Student's t; no less than the \
      largest of all; windows that the ends of the data cut to less than half of the usual rows \
      count only as the largest; with two or three windows each is a part
      """,
    state: .profile,
    source: "brute force"
  ) { comparison, _ in DriftBound.natural(comparison) }

  private static let excessDrift = Metric(
    lowerBound: "excess_drift",
    unit: .distance,
    summary: "drift beyond what the reference varies by itself",
    definition: "max(0, drift - natural)",
    state: .counters,
    bound: "that of ks, taken off already",
    source: "drift and natural",
    measure: { DriftBound.excess($0, confidence: $1) },
    recordsToDecide: { comparison, confidence, threshold in
      DriftBound.recordsToDecide(
        comparison,
        confidence: confidence,
        threshold: threshold + (comparison.natural?.drift ?? 0)
      )
    },
    shiftToExceed: { comparison, confidence, threshold, count in
      DriftBound.distanceToExceed(
        comparison,
        threshold: threshold + (comparison.natural?.drift ?? 0),
        currentCount: count,
        confidence: confidence
      )
    }
  )
}
