import Drift
import TestSupport

/// What a month of windows that do not drift costs in false alarms, and when drift is found.
struct Budget: Sendable {
  /// Who looks, in the order of the table.
  static let judges = [
    "excess_drift < 0.1", "excess_drift == 0", "drift < 0.1", "drift < 0.1, n / effect",
    "psi < 0.2", "p >= 0.05",
  ]
  /// The fields of the monitor, one of each kind; they share one false alarm in 30 days.
  static let fields: [Population] = [
    .normal, .lognormal, .integers, .categories(10, isZipf: true),
  ]
  /// By how much fields move at last, in standard deviations of what is behind their values.
  static let moves = [0.5, 1]
  /// Windows in which a field that has moved must be found.
  static let patience = 30
  private static let months = 3

  /// How long windows are, in records and by the calendar.
  struct Windows: Sendable {
    var name: String
    var perMonth: Int
    var count: Int
    var ofReference: Int
  }

  static let hourly = Windows(name: "hourly", perMonth: 720, count: 200, ofReference: 336)
  static let daily = Windows(name: "daily", perMonth: 30, count: 2000, ofReference: 28)

  /// What one of the judges does with one field.
  struct Outcome: Sendable {
    /// Windows without drift that failed.
    var alarms = 0
    /// For each of the moves and each repetition the windows until one failed; none: patience + 1.
    var found: [[Int]] = Budget.moves.map { _ in [] }

    mutating func add(_ other: Outcome) {
      alarms += other.alarms
      for index in found.indices { found[index] += other.found[index] }
    }
  }

  let windows: Windows
  let sharing: SharedWeather.Sharing
  let repetitions: Int

  /// Months without drift that each field lives through.
  var months: Int { repetitions * Self.months }

  private var confidence: Confidence {
    let tests = Double(Self.fields.count * windows.perMonth)
    return .standard(fields: Self.fields.count, alpha: min(0.05, 1 / tests))
  }

  /// By field, then by judge.
  func outcomes() async throws -> [[Outcome]] {
    let fields = Self.fields.indices
    let works = fields.flatMap { field in (0..<repetitions).map { (field, $0) } }
    let results = await Calibration.map(works) { field, repetition in
      Result { try outcomes(of: Self.fields[field], seed: UInt64(1000 * field + repetition + 5)) }
    }
    return try fields.map { field in
      var sums = Self.judges.map { _ in Outcome() }
      for (work, result) in zip(works, results) where work.0 == field {
        for (index, outcome) in try result.get().enumerated() { sums[index].add(outcome) }
      }
      return sums
    }
  }

  /// One life of a field: a reference, months that are like it, and one window after the other that
  /// is not.
  private func outcomes(of population: Population, seed: UInt64) throws -> [Outcome] {
    var stream = SharedWeather(population, sharing, seed: seed)
    let learned = try LearnedStream(
      population,
      &stream,
      windows: windows.ofReference,
      count: windows.count
    )
    let effect = DesignEffect(learned.windows, isNumeric: population.categoryCount == nil).value
    var outcomes = Self.judges.map { _ in Outcome() }
    for _ in 0..<Self.months * windows.perMonth {
      let verdicts = verdicts(learned.compare(stream.window(windows.count)), effect)
      for (index, fails) in verdicts.enumerated() where fails { outcomes[index].alarms += 1 }
    }
    for (number, moved) in Self.moves.enumerated() {
      var firsts = [Int?](repeating: nil, count: Self.judges.count)
      for window in 1...Self.patience where firsts.contains(nil) {
        let values = stream.window(windows.count, moved: moved)
        for (index, fails) in verdicts(learned.compare(values), effect).enumerated() where fails {
          firsts[index] = firsts[index] ?? window
        }
      }
      for (index, first) in firsts.enumerated() {
        outcomes[index].found[number].append(first ?? Self.patience + 1)
      }
    }
    return outcomes
  }

  private func verdicts(_ field: FieldComparison, _ effect: Double) -> [Bool] {
    let excess = DriftBound.excess(field, confidence: confidence).value ?? 0
    let test = field.isNumeric ? KolmogorovSmirnov.measure(field) : ChiSquared.measure(field)
    return [
      excess >= 0.1,
      excess > 0,
      DriftBound.measure(field, confidence: confidence).value ?? 0 >= 0.1,
      drift(field, effect) >= 0.1,
      PopulationStability.measure(field).value ?? 0 >= 0.2,
      test.pValue ?? 1 < 0.05,
    ]
  }

  /// `drift` of as many records fewer as their design effect says.
  private func drift(_ field: FieldComparison, _ effect: Double) -> Double {
    let distance = DriftBound.measure(field, confidence: confidence).distance ?? 0
    let counts = [field.referenceCount, field.currentCount].map { UInt64(Double($0) / effect) }
    guard !field.isNumeric else {
      return DriftBound.numeric(
        distance: distance,
        bound: field.distanceBound,
        referenceCount: counts[0],
        currentCount: counts[1],
        confidence: confidence
      )
    }
    return DriftBound.categorical(
      distance: distance,
      pooledSpread: DriftBound.pooledSpread(
        reference: field.referenceBins,
        current: field.currentBins
      ),
      referenceCount: counts[0],
      currentCount: counts[1],
      confidence: confidence
    )
  }
}
