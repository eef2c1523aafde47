internal import Records

extension Catalog {
  /// The metric reference, as Markdown: `rules/README.md`.
  public static var document: String {
    let sections = chapters.map { chapter in
      "## \(chapter.title)\n\n\(chapter.introduction)\n\n"
        + chapter.metrics.map(\.section).joined(separator: "\n")
    }
    return introduction + sections.joined(separator: "\n")
  }

  private static let introduction = """
    # Metrics

    What rules can compare. `leeway schema metrics` writes this page, from the list that the parser
    reads. F is the reference's distribution function, G the window's; m and n are their values.

    - A metric of a field is called with one: `wasserstein(price) < 3`, or without where `each`
      names the fields.
    - Of a test, `p` is the p-value: `ks(price, p) > 0.001`. Beside it records and `compare` have it
      corrected over all fields that have one (`adjusted`: Bonferroni, Holm, Benjamini-Hochberg).
      Below 1e-300 it is 0, and `log_p` its natural logarithm.
    - `bound` is what a value may be off by, in its own unit; `lower` and `upper` are its ends.
      Without one the value is exact, but for rounding in the last digits.
    - A window's record has the standard metrics, and each other one that a rule of the monitor
      uses. `leeway compare` has all of them.
    - Only lower bounds (`drift` and the changes) spend a budget of false alarms.
    - Behind the field, `previous` takes the previous window in the reference's place:
      `psi(price, previous) < 0.1`, or `psi(previous)` where `each` names the fields. That is the
      last window of the same size and model version that held records (at least the smallest
      `min_records` of the size's rules that use `previous`), none of them in doubt, and ended by
      this one's start. Both were counted at the reference's points: bins are exact, but of values
      between two points or outside the reference's range only so much is known. So the value of
      `ks` and `kuiper` is what is certain, `lower`, and `upper` is what gaps may hide: windows that
      are equal are not apart, and neither are those that differ only within gaps. It is undecided
      without such a window (also in the first one behind a new version of the monitor, of a model
      version that three windows lacked, and of those summed as `__other__`), and where that window
      has fewer records, or values of the field, than the rule's `min_records`.
    - `versus` and a model version take that version's records of the same window in the
      reference's place: `drift(score, versus "2") < 0.1`, or `drift(versus "2")` where `each` names
      the fields. A rule with it compares with one version and is judged for each other one that is
      told apart: not for events without a version, nor for `__other__`. Both sides are counted at
      the points of `reference`, also those of versions with a reference of their own, so all that
      is said above of two windows holds: `lower` and `upper` say what gaps may hide. It is
      undecided where either version has fewer records, or values of the field, than `min_records`.
    - A detector is called with another metric: `adwin(mean(price)) < 1`.

    Two tests look at values themselves, and are written without a relation:
    `status in ["new", "paid"] for 99.9%` and `code matches "[A-Z]{3}" for 99%`. They hold when at
    least that share of the field's values, missing ones left out, are in the list, or match the
    pattern as a whole; without `for`, all of them. Behind `when` it is the share that is too much:
    `when: status in ["failed"] for 5%`.

    - Exact, by the counters that every window has: those of the reference's categories, and of a
      numeric field its points, `rating in [1, 2, 3]`. So each value in a list must be one of every
      reference of the monitor; another one is an error of `leeway check`.
    - A pattern is a regular expression as Swift reads it. It is asked of each category of the
      references once, before the first record, and of no record. A value that the reference does
      not know is in no list and matches no pattern; `unseen` has their share.
    - They spend no budget and stand in no window's record, are of one field (no `each`, no `by`),
      and `replay --what-if` leaves them undecided.

    | metric | of | unit | standard | |
    |---|---|---|---|---|
    \(metrics.map(\.row).joined(separator: "\n"))


    """
}

extension Metric {
  fileprivate var row: String {
    let cells = [
      "[`\(name)`](#\(name))", subject, unit.title, isStandard ? "yes" : "", summary,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  /// What it is measured of.
  private var subject: String {
    switch level {
    case .stream: "stream"
    case .series: "series"
    case .field(.numeric?): "numeric"
    case .field(.categorical?): "categorical"
    case .field(nil): "any field"
    }
  }

  fileprivate var section: String {
    var lines = [
      "### \(name)", "", "\(summary.prefix(1).uppercased() + summary.dropFirst()).", "",
      "- Definition: \(definition).",
      "- Unit: \(([unit.title] + [documentedRange].compactMap(\.self)).joined(separator: ", ")).",
    ]
    if let documented = arguments.documented { lines.append("- Argument: \(documented).") }
    if takesBaseline {
      lines.append("- Also between two windows: `\(name)(previous)`, `\(name)(versus \"2\")`.")
    }
    if isLowerBound { lines.append("- Lower confidence bound: spends a budget.") }
    let isElsewhere = isOfClock || detector != nil
    lines += [
      "- In records: \(isStandard ? "always" : isElsewhere ? "no" : "when a rule uses it").",
      "- State: \(state.rawValue).", "- Bound: \(bound).", "- Tested against: \(source).", "",
    ]
    return lines.joined(separator: "\n")
  }
}

extension Metric.Unit {
  fileprivate var title: String {
    switch self {
    case .share: "share, 0 to 1"
    case .distance: "distance, 0 to 1"
    case .number: "number"
    case .count: "records"
    case .rate: "records per second"
    case .duration: "seconds"
    case .change: "change, 0 for none"
    case .field: "the field's own"
    }
  }
}
