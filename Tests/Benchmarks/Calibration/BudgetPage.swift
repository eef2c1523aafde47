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
      calls each such window another world, which it is. `excess_drift` keeps the promise and finds
      less: a field that moves by no more than windows do in any case cannot be told from them.
    - Windows in a row that are alike leave a reference fewer different ones than it has windows,
      and the largest of them is no guide. So `natural` compares each window with the other three
      quarters of the reference, and from how much the quarters differ says where one more would
      end, with 95 %. A cycle that each quarter repeats costs nothing. Of hours in a row that is
      plenty; of four weeks of days **the promise is just not kept**: 1.14 in the last table, 4.0
      when `natural` was the largest window beside all others (of one reference). 28 days that are
      alike in a row are six or so different ones: learn from more, or from longer windows.
    - That is a bound for one more quarter, not for all time, and four quarters are few: the
      threshold is part of the promise. `excess_drift == 0`, without one, breaks it wherever records
      share something, and no reference of four weeks can know better: of 28 days the last has to
      tell of one in 120.

    `drift < 0.1, n / effect` is what was tried and not taken: `drift` of as many records as are
    left when their number is divided by a *design effect*, the variance of shares in ten blocks of
    consecutive records of each window of the reference over that of independent ones. It mends
    `drift` where spells are no longer than a block. It mends nothing where records share something
    with all of their window: its blocks do not differ. Where it helps, `excess_drift` keeps the
    promise without it. So rules judge `excess_drift`, and `leeway check` warns of `drift` where
    windows of the reference differ by its threshold.
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
