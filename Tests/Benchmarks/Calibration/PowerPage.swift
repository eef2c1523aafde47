import Foundation
import TestSupport

/// The page of what is found.
struct PowerPage {
  private static let windows = [50, 100, 500, 1000, 5000, 50_000]
  private static let references = [1000, 20_000]

  private let repetitions: Int
  private var sections: [String] = []

  init(repetitions: Int) async {
    self.repetitions = repetitions
    for shift in Shift.allCases {
      for reference in Self.references { await add(shift, reference) }
    }
  }

  var text: String { ([introduction] + sections).joined(separator: "\n\n") }

  private var introduction: String {
    """
    # What is found

    The smallest change that is found in 90 % of the windows, by the number of values in the
    window; in brackets how often the same rule calls a window changed that is not.
    `make calibration` writes this page: \(repetitions) pairs of samples for each change (each
    step 8 % larger than the last, and so few pairs leave as much to chance), \(5 * repetitions)
    for each false alarm rate, by SplitMix64 with seed 4: 0.0 % is none of them. References of
    more than 1,000 values have 1,000 points.

    How to read it:

    - A change is found only if it is found *and* the bracket is small. A rule that alarms in
      every window finds everything; where it alarms in more than half of the unchanged ones, no
      change stands.
    - `drift > 0` and the p-values (all at alpha = 0.001) keep their rate of false alarms whatever
      the sizes are, so they find less with fewer values: that is what few values can tell.
      `drift` says by how much at least. That costs little where the mean moves, and up to twice
      as large a change where the spread or the shares of categories do.
    - Evidently's tests of small references alarm at their 5 %, but for categories: its chi-square
      test takes the reference for the population, so the larger windows are beside it, the more
      of them alarm by themselves.
    - Fixed limits of a distance (`psi >= 0.2`; Evidently's 0.1 for references above 1,000 values)
      and NannyML's (mean and three standard deviations over ten blocks of the reference) do not
      know the window's size: small windows alarm by themselves, and large ones find no more than
      medium ones. NannyML's is made for windows as large as a tenth of the reference.
    - Large windows find changes too small to matter. That is what thresholds on `drift` are for:
      `drift < 0.1` fails only where the change is at least 0.1, whatever the size.

    Evidently: the test it chooses by itself, K-S or chi-square with p < 0.05 up to 1,000
    reference values, above that the normed Wasserstein or the Jensen-Shannon distance with 0.1.
    NannyML: Jensen-Shannon distance with its own threshold. Both as `compare --compat` gives
    them.
    """
  }

  private mutating func add(_ shift: Shift, _ reference: Int) async {
    let repetitions = repetitions
    let findings = await Calibration.map(Self.windows) { window in
      Power(
        shift: shift,
        referenceSize: reference,
        windowSize: window,
        repetitions: repetitions
      ).findings()
    }
    let rows = Power.judges.enumerated().map { index, judge in
      ["`\(judge)`"] + findings.map { Self.cell($0[index], shift) }
    }
    let header = [""] + Self.windows.map { "n = \($0)" }
    sections.append(
      "## \(Self.title(shift)), reference of \(reference) values\n\n"
        + .table(header: header, rows: rows)
    )
  }

  private static func title(_ shift: Shift) -> String {
    switch shift {
    case .mean: "Normal values, mean moved by standard deviations of the reference"
    case .deviation: "Normal values, standard deviation larger by a share of it"
    case .share: "Four categories (40, 30, 20, 10 %), percentage points from the first to the last"
    }
  }

  private static func cell(_ finding: Power.Finding, _ shift: Shift) -> String {
    let percent = 100 * finding.falseAlarms
    let alarms = String(format: percent < 9.95 ? "(%.1f %%)" : "(%.0f %%)", percent)
    guard finding.falseAlarms < 0.5 else { return "- \(alarms)" }
    guard let amount = finding.amount else { return "never \(alarms)" }
    return String(format: "%.2g ", shift == .share ? 100 * amount : amount) + alarms
  }
}
