public import Drift
internal import Records

extension Metric {
  /// The catalog entry of a share in the window.
  static func share(
    _ share: Share,
    name: String,
    of kind: FieldKind? = nil,
    countsRecords: Bool = false,
    summary: String,
    definition: String
  ) -> Metric {
    Metric(
      field: name,
      of: kind,
      unit: .share,
      isStandard: true,
      countsRecords: countsRecords,
      summary: summary,
      definition: definition,
      state: .completeness,
      source: "counting"
    ) { comparison, _ in share.measure(comparison) }
  }

  /// The catalog entry of the change of a share against the reference.
  static func change(
    of share: Share,
    name: String,
    of kind: FieldKind? = nil,
    countsRecords: Bool = false,
    summary: String,
    definition: String =
      "lower confidence bound of the difference of two shares, by Newcombe's interval",
    source: String = "Newcombe 1998, method 10, in mpmath"
  ) -> Metric {
    Metric(
      lowerBound: name,
      of: kind,
      unit: .share,
      countsRecords: countsRecords,
      summary: summary,
      definition: definition,
      state: .completeness,
      bound: """
        approximate: at alpha 0.001 wrong in up to 6 % of windows where far less than one hit is \
        expected, by 0.05 % of the records at most
        """,
      source: source,
      measure: { ShareChange.measure(share, $0, confidence: $1) },
      recordsToDecide: {
        ShareChange.recordsToDecide(share, $0, confidence: $1, threshold: $2)
      },
      shiftToExceed: {
        ShareChange.riseToExceed(share, $0, threshold: $2, currentCount: $3, confidence: $1)
      }
    ).alsoAgainstBaselines
  }

  /// The change of the missing share beyond what the reference varies by itself.
  static let excessMissingChange = Metric(
    lowerBound: "excess_missing_change",
    unit: .share,
    countsRecords: true,
    summary: "missing_change beyond what the reference varies by itself",
    definition: "max(0, missing_change - what is natural of it, as natural is learned of drift)",
    state: .completeness,
    bound: "that of missing_change",
    source: "missing_change",
    measure: { comparison, confidence in
      let natural = comparison.natural?.missing ?? 0
      var measurement = ShareChange.measure(.missing, comparison, confidence: confidence)
      measurement.value = measurement.value.map { max(0, $0 - natural) }
      measurement.ceiling = measurement.ceiling.map { max(0, $0 - natural) }
      return measurement
    },
    recordsToDecide: { comparison, confidence, threshold in
      ShareChange.recordsToDecide(
        .missing,
        comparison,
        confidence: confidence,
        threshold: threshold + (comparison.natural?.missing ?? 0)
      )
    },
    shiftToExceed: { comparison, confidence, threshold, count in
      ShareChange.riseToExceed(
        .missing,
        comparison,
        threshold: threshold + (comparison.natural?.missing ?? 0),
        currentCount: count,
        confidence: confidence
      )
    }
  )

  /// What it takes off for what the reference varies by itself; nil where it takes off nothing.
  ///
  /// What was not learned counts as 0.
  public func natural(of comparison: FieldComparison) -> Double? {
    switch name {
    case "excess_drift": comparison.natural?.drift ?? 0
    case "excess_missing_change": comparison.natural?.missing ?? 0
    default: nil
    }
  }

  /// A part of a whole; nothing can be said of an empty one.
  static func part(_ part: UInt64, of whole: UInt64) -> Measurement {
    Measurement(whole == 0 ? nil : Double(part) / Double(whole))
  }
}
