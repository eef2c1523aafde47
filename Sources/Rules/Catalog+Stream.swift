internal import Drift

extension Catalog {
  /// Metrics of the stream as a whole.
  static let stream = Chapter(
    title: "The stream",
    introduction: "Of all records of a window: read = accepted + late + rejected + filtered.",
    metrics: [
      Metric(
        stream: "count",
        unit: .count,
        summary: "records accepted in the window",
        definition: "read = accepted + late + rejected + filtered"
      ) { Measurement(Double($0.accepted)) },
      Metric(
        stream: "rate",
        unit: .rate,
        summary: "records accepted per second of the window",
        definition: "accepted records divided by the length of the window"
      ) { Measurement(Double($0.accepted) / (Double($0.window.milliseconds) / 1000)) },
      Metric(
        stream: "count_change",
        unit: .change,
        base: .expected,
        isStandard: false,
        summary: "by what part there are more records than the reference's rhythm lets expect",
        definition: """
          (accepted - expected) / expected; expected are, for each hour of the week in UTC that \
          the window lies in, the reference's rows per time in that hour, times the window's time \
          in it; by the hour of the day where the reference spans less than two weeks, and at one \
          rate below two days; undecided where no record is expected, and when the reference was \
          profiled without `--time`; the reference must hold all records of its time, not a sample
          """
      ) { totals in
        guard let expected = totals.expected, expected > 0 else { return Measurement(nil) }
        return Measurement((Double(totals.accepted) - expected) / expected)
      },
      Metric(
        stream: "unexpected_fields",
        unit: .share,
        summary: "share of accepted records with a field that the reference lacks",
        definition: "records with at least one such field, of the accepted records"
      ) { Metric.part($0.unexpected, of: $0.accepted) },
      Metric(
        stream: "rejected_share",
        unit: .share,
        base: .read,
        summary: "share of records that could not be used",
        definition: "rejected records of those read"
      ) { Metric.part($0.rejected, of: $0.read) },
      Metric(
        stream: "late_share",
        unit: .share,
        base: .read,
        summary: "share of records that came too late for their window",
        definition: "late records of those read"
      ) { Metric.part($0.late, of: $0.read) },
      Metric(
        stream: "integrity_violations",
        unit: .count,
        base: .read,
        summary: "places where records of the window were lost or counted twice",
        definition: "deltas that do not begin where the last one of their partition ended"
      ) { Measurement(Double($0.violations)) },
    ]
  )
}
