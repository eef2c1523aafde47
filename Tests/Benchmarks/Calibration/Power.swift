import Drift
import RealModule
import TestSupport

/// How much a population must change until it is found.
struct Power: Sendable {
  /// Who looks, in the order of the table.
  static let judges = [
    "drift > 0", "psi, p < 0.001", "psi >= 0.2", "ks or chi_squared, p < 0.001", "Evidently",
    "NannyML",
  ]
  private static let wanted = 0.9
  /// Each amount is so many times the last one.
  private static let step = 1.08
  private static let smallest = 0.002

  /// What one of them finds.
  struct Finding: Sendable {
    /// The smallest amount that is found in nine of ten windows; nil when none is.
    var amount: Double?
    /// The share of windows without any change that are called changed.
    var falseAlarms: Double
  }

  let shift: Shift
  let referenceSize: Int
  let windowSize: Int
  let repetitions: Int

  /// What each of the judges finds.
  func findings() -> [Finding] {
    var seen: [Int: [Double]] = [:]
    let calm = shares(amount: 0, repetitions: 5 * repetitions)
    let steps = Int(Double.log(shift.limit / Self.smallest) / Double.log(Self.step))
    return Self.judges.indices.map { judge in
      func finds(_ index: Int) -> Bool {
        let amount = Self.smallest * Double.pow(Self.step, Double(index))
        let found = seen[index] ?? shares(amount: amount, repetitions: repetitions)
        seen[index] = found
        return found[judge] >= Self.wanted
      }
      guard finds(steps) else { return Finding(amount: nil, falseAlarms: calm[judge]) }
      var (low, high) = (-1, steps)
      while high - low > 1 {
        let middle = (low + high) / 2
        if finds(middle) { high = middle } else { low = middle }
      }
      let amount = Self.smallest * Double.pow(Self.step, Double(high))
      return Finding(amount: amount, falseAlarms: calm[judge])
    }
  }

  /// The share of windows that each of them calls changed.
  private func shares(amount: Double, repetitions: Int) -> [Double] {
    var random = SplitMix64(seed: 4)
    var hits = Self.judges.map { _ in 0 }
    for _ in 0..<repetitions {
      let reference = shift.sample(referenceSize, amount: 0, &random)
      let window = shift.sample(windowSize, amount: amount, &random)
      for (index, isFound) in verdicts(reference, window).enumerated() where isFound {
        hits[index] += 1
      }
    }
    return hits.map { Double($0) / Double(repetitions) }
  }

  private func verdicts(_ reference: [Double], _ window: [Double]) -> [Bool] {
    let field = shift.compare(reference, window)
    let others = shift.pair(reference, window)
    let bound = DriftBound.measure(field, confidence: .standard(fields: 1))
    let index = PopulationStability.measure(field)
    let test = shift == .share ? ChiSquared.measure(field) : KolmogorovSmirnov.measure(field)
    return [
      bound.value ?? 0 > 0,
      index.pValue ?? 1 < 0.001,
      index.value ?? 0 >= 0.2,
      test.pValue ?? 1 < 0.001,
    ]
      + [CompatibleTool.evidently, .nannyml].map { $0.judge(others).first?.hasDrifted == true }
  }
}
