import Foundation
import TestSupport

/// The page of what a budget of false alarms is worth.
struct BudgetPage {
  private static let streams: [(title: String, sharing: SharedWeather.Sharing)] = [
    ("Independent records", .init()),
    ("Spells of 20 records share half of their variance", .init(ofSpell: 0.5, spell: 20)),
    ("Records of a window share a tenth of their variance", .init(ofWindow: 0.1)),
    (
      "Records of a window share a tenth of their variance, and windows in a row are alike",
      .init(ofWindow: 0.1, memory: 0.8)
    ),
  ]

  private let repetitions: Int
  private var sections: [String] = []

  init(repetitions: Int) async throws {
    self.repetitions = repetitions
    for windows in [Budget.hourly, Budget.daily] {
      for (title, sharing) in Self.streams {
        let budget = Budget(windows: windows, sharing: sharing, repetitions: repetitions)
        sections.append(Self.section(title, budget, try await budget.outcomes()))
      }
    }
  }

  var text: String { ([introduction] + sections).joined(separator: "\n\n") }

  private var introduction: String {
    """
    # What a budget is worth

    False alarms per 30 days on streams that never drift, and behind the slash the windows until
    a field is found that has moved by a half and by a whole standard deviation (the median;
    `-` for not in \(Budget.patience)). `make calibration` writes this page.

    A monitor of four fields, one of each kind, with `budget: 1 per 30d`: alpha is 1 / 2880 in
    hourly windows of \(Budget.hourly.count) records (the reference is two weeks) and 1 / 120 in
    daily ones of \(Budget.daily.count) (four weeks). Number of references of each kind:
    \(repetitions), three months each, by SplitMix64 with seeds from 5. An alarm is a window of a
    field that fails, so rules with `for` have fewer. The last row is what the promise is about:
    at most 1. `excess_drift == 0` tests the bound itself: whatever is above 0 counts.

    How to read it:

    - Independent records: the promise is kept, by far, with or without the threshold. Fixed limits
      and p-values make no promise: p < 0.05 is one window of twenty, whatever the fields.
    - Records that share something *within* a window (spells: bursts, an hour's weather, a
      machine's batch) are fewer than they look. `drift` takes them at their number and breaks the
      promise; `excess_drift` knows from the reference's own windows how far such windows stray, and
      its threshold is beyond that.
    - Records that share something with *all* of their window: more records do not help. `drift`
      calls each such window another world, which it is; `excess_drift` takes off the largest of
      the reference's windows. That is not a bound at level alpha: of w windows like those of the
      reference one in w + 1 goes beyond all, by chance. What keeps the promise is the threshold on
      top, and a reference of many windows: see `excess_drift == 0` for what happens without one.
    - Windows in a row that are alike leave a reference fewer different ones than it has windows.
      Of few of them, as of four weeks of days, `natural` is too small and **the promise is
      broken**: learn from more, or from longer windows.
    """
  }

  private static func section(
    _ title: String,
    _ budget: Budget,
    _ outcomes: [[Budget.Outcome]]
  ) -> String {
    let rows = zip(Budget.fields, outcomes).map { field, judges in
      [field.description] + judges.map { cell($0, months: budget.months) }
    }
    let together = Budget.judges.indices.map { judge in
      alarms(outcomes.reduce(0) { $0 + $1[judge].alarms }, months: budget.months)
    }
    return "## \(title), \(budget.windows.name)\n\n"
      + .table(
        header: [""] + Budget.judges.map { "`\($0)`" },
        rows: rows + [["all four"] + together]
      )
  }

  private static func cell(_ outcome: Budget.Outcome, months: Int) -> String {
    let found = outcome.found.map { windows in
      let median = windows.sorted()[windows.count / 2]
      return median > Budget.patience ? "-" : "\(median)"
    }
    return ([alarms(outcome.alarms, months: months)] + found).joined(separator: " / ")
  }

  private static func alarms(_ count: Int, months: Int) -> String {
    let rate = Double(count) / Double(months)
    return rate >= 10 ? String(format: "%.0f", rate) : String(format: "%.2f", rate)
  }
}
