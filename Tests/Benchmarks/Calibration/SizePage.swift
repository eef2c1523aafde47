import Foundation
import TestSupport

/// The page of measured sizes.
struct SizePage {
  private let repetitions: Int
  private var sections: [String] = []

  init(repetitions: Int) async {
    self.repetitions = repetitions
    sections.append("## Numeric fields")
    await addTests(Sizes.numeric.map(\.name), Population.numeric)
    sections.append("## Categorical fields")
    await addTests(Sizes.categorical.map(\.name), Population.categorical)
    sections.append("## Lower bounds")
    await addDrift()
    await addShares()
  }

  var text: String { ([introduction] + sections).joined(separator: "\n\n") }

  private var introduction: String {
    """
    # False alarms

    How often each test calls equal populations different. `make calibration` writes this page:
    both samples are drawn anew \(repetitions) times from one population, by SplitMix64 with seeds
    1 (tests), 2 (drift) and 3 (shares), and judged as a window judges them.

    A cell has the percentage of p-values below 5 % / 1 % / 0.1 %, for a window of so many values,
    of the windows that have one. It is the largest of all references tried: 1,000 and 20,000
    values, and of continuous fields 20,000 values with 1,000 points. A test that keeps its word
    has at most 5 / 1 / 0.1, and the largest of several is a little above that by chance alone;
    two standard errors are \(spread(0.05)) / \(spread(0.01)) / \(spread(0.001)). Below is safe:
    the test says less than it could.

    - `ks`, `psi`, `mann_whitney` and `chi_squared` are held to this by `CalibrationTests`.
    - `psi` and `chi_squared` use the chi-squared law over bins that expect at least 10 values of
      the smaller side: with 5, as is usual, there would be twice 0.1 % in places. Windows all of
      whose values are one bin by that have no p-value: nothing can be said.
    - `psi` says less than it could where bins are small: it counts one more value in each.
    - `g_test` is too sure of itself where many bins expect 10 to 20 values: take `chi_squared`.
    - `welch_t` is wrong of skewed values in small windows, whose means are not normal yet.
    - `anderson_darling` is interpolated in a table that ends at 0.1 % and knows no ties; it is
      absent where two values lie in one gap, which with many ties leaves odd windows only.
    """
  }

  /// Two standard errors of a share, in percent.
  private func spread(_ share: Double) -> String {
    String(format: "%.2g", 200 * (share * (1 - share) / Double(repetitions)).squareRoot())
  }

  private static func cell(_ counts: [Sizes.Counts]) -> String {
    let largest = Sizes.levels.indices.map { level in counts.map { $0.shares[level] }.max() ?? 0 }
    return counts.isEmpty
      ? "" : String(format: "%.1f / %.2f / %.2f", largest[0], largest[1], largest[2])
  }

  private static let header = [""] + Sizes.windows.map { "n = \($0)" }

  private mutating func addTests(_ names: [String], _ populations: [Population]) async {
    let trials = populations.flatMap { population in
      Sizes.windows.flatMap { window in
        Sizes.references.map { Trial(population, reference: $0, window: window) }
      }
    }
    let repetitions = repetitions
    let results = await Calibration.map(trials) { Sizes.measure($0, repetitions: repetitions) }
    for name in names {
      let rows = populations.compactMap { population -> [String]? in
        let cells = Sizes.windows.map { window in
          Self.cell(
            zip(trials, results).flatMap { trial, counts in
              trial.population == population && trial.windowSize == window
                ? counts[name] ?? [] : []
            }
          )
        }
        return cells.allSatisfy(\.isEmpty) ? nil : ["\(population)"] + cells
      }
      sections.append("### \(name)\n\n" + .table(header: Self.header, rows: rows))
    }
  }

  private mutating func addDrift() async {
    let populations: [Population] =
      [.normal, .zeroInflated] + [10, 100, 1000].map { .categories($0, isZipf: false) }
      + [.categories(1000, isZipf: true)]
    let repetitions = repetitions
    var rows: [[String]] = []
    for population in populations {
      for moved in [0, 0.05, 0.2] {
        let trials = Sizes.windows.map {
          Trial(population, reference: 1000, window: $0, moved: moved)
        }
        let counts = await Calibration.map(trials) {
          Sizes.measureDrift($0, repetitions: repetitions)
        }
        let truth = String(format: "%.3f", population.distance(moved: moved))
        rows.append(["\(population), moved by \(truth)"] + counts.map { Self.cell([$0]) })
      }
    }
    sections.append(
      """
      ### drift

      How often the lower bound is above the true distance of the populations, with a reference of
      1,000 values and alpha 5 % / 1 % / 0.1 % (of numeric fields delta is as large, beside it).

      \(String.table(header: Self.header, rows: rows))
      """
    )
  }

  private mutating func addShares() async {
    let repetitions = repetitions
    var rows: [[String]] = []
    for share in [0.001, 0.01, 0.1, 0.5] {
      let counts = await Calibration.map(Sizes.windows) { window in
        Sizes.references.map {
          Sizes.measureShare(share, reference: $0, window: window, repetitions: repetitions)
        }
      }
      rows.append([String(format: "%g %%", 100 * share)] + counts.map(Self.cell))
    }
    sections.append(
      """
      ### missing_change, type_mismatch_change, out_of_range_change

      How often the lower bound of a change is above 0 when the share of records stays what it was
      (Newcombe's interval, alpha 5 % / 1 % / 0.1 %), by that share. It is a large-sample interval:
      where less than one hit is expected, a single one is above 0, by some hundredths of a percent
      of all records: thresholds are for that. `type_mismatch_change` is of a rise alone: half of
      this. `unseen_change`, too, and it knows less of its reference: `UnseenMassTests`.

      \(String.table(header: Self.header, rows: rows))
      """
    )
  }
}
