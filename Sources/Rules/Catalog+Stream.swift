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
      ) { totals, _ in Measurement(Double(totals.accepted)) },
      Metric(
        stream: "rate",
        unit: .rate,
        summary: "records accepted per second of the window",
        definition: "accepted records divided by the length of the window"
      ) { totals, _ in
        Measurement(Double(totals.accepted) / (Double(totals.window.milliseconds) / 1000))
      },
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
          rate below two days; undecided where no record is expected, in the window in which the \
          stream began and in the last one of a file, and when the reference was profiled without \
          `--time`; the reference must hold all records of its time, not a sample
          """
      ) { totals, _ in
        guard let expected = totals.expected, expected > 0 else { return Measurement(nil) }
        return Measurement((Double(totals.accepted) - expected) / expected)
      },
      Metric(
        stream: "unexpected_fields",
        unit: .share,
        summary: "share of accepted records with a field that the reference lacks",
        definition: "records with at least one such field, of the accepted records"
      ) { totals, _ in Metric.part(totals.unexpected, of: totals.accepted) },
      Metric(
        stream: "rejected_share",
        unit: .share,
        base: .read,
        summary: "share of records that could not be used",
        definition: "rejected records of those read"
      ) { totals, _ in Metric.part(totals.rejected, of: totals.read) },
      Metric(
        stream: "late_share",
        unit: .share,
        base: .read,
        summary: "share of records that came too late for their window",
        definition: "late records of those read"
      ) { totals, _ in Metric.part(totals.late, of: totals.read) },
      Metric(
        stream: "duplicates",
        unit: .share,
        isStandard: false,
        summary: "share of records whose id repeats that of another one in the window",
        definition: """
          values of `fields.id` beyond the first of each, of all; each model version by itself
          """,
        state: .identifiers,
        bound: """
          none up to 1,024 different ids; above, three standard errors; a single id that \
          repeats is then seen only where it makes a sixth of all records
          """,
        source: "numpy.unique"
      ) { totals, _ in DistinctValues.duplicates(totals.identifiers) },
      Metric(
        stream: "event_lag",
        unit: .duration,
        arguments: .percentiles,
        isStandard: false,
        summary: "how long events took to the broker: the median, or another percentile",
        definition: """
          the record's timestamp less the event's own time, 0 at least; the timestamp is the \
          broker's where the topic has LogAppendTime, else the producer's, which says nothing \
          where it copies the event's time into it; none from files
          """,
        state: .lags,
        bound: "1/16 of the value, at least 1 ms",
        source: "numpy.quantile(method='inverted_cdf')"
      ) { totals, argument in EventLag.measure(Percentile(argument: argument), totals.lags) },
      Metric(
        stream: "freshness",
        unit: .duration,
        isStandard: false,
        summary: "how long ago the newest event was",
        definition: """
          the collectors' clock less the newest event time that was accepted, 0 at least. Judged \
          each minute of the clock, whether windows close or not, so it stands in a rule of its \
          own; while records wait to be read, a rule that would fail is undecided, as it is before \
          the first event. The clock is that of the collectors, which may differ by ten minutes at \
          most: while none of them runs, nothing is judged. None from files
          """,
        state: .clock,
        bound: "exact once all that there is was read",
        source: "counting"
      ) { totals, _ in totals.freshness },
      Metric(
        stream: "integrity_violations",
        unit: .count,
        base: .read,
        summary: "places where records of the window were lost or counted twice",
        definition: "deltas that do not begin where the last one of their partition ended"
      ) { totals, _ in Measurement(Double(totals.violations)) },
    ]
  )
}
