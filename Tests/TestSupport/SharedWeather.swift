public import Drift
public import Reference
internal import RealModule
internal import Sketches

/// A stream that never drifts, of one field, whose records may have something in common.
///
/// Behind each value stands a normal number of variance 1: what its window shares with it, what a
/// spell of consecutive records shares, and its own. Each value by itself is drawn from the same
/// population at all times, so whatever a window differs by is chance.
public struct SharedWeather: Sendable {
  /// How much records have in common.
  public struct Sharing: Hashable, Sendable {
    /// Part of the variance that all records of a window share.
    public var ofWindow = 0.0
    /// How much of that a window hands on to the next, as a correlation.
    public var memory = 0.0
    /// Part of the variance that records of a spell share.
    public var ofSpell = 0.0
    /// Records of a spell.
    public var spell = 1

    /// Nothing, unless something is named.
    public init(ofWindow: Double = 0, memory: Double = 0, ofSpell: Double = 0, spell: Int = 1) {
      (self.ofWindow, self.memory) = (ofWindow, memory)
      (self.ofSpell, self.spell) = (ofSpell, spell)
    }
  }

  private let population: Population
  private let sharing: Sharing
  /// Of categories: the share of each and all before it.
  private let cumulativeShares: [Double]
  private var random: SplitMix64
  private var weather: Double

  /// A stream from its beginning.
  ///
  /// - Parameters:
  ///   - population: `normal`, `lognormal`, `integers` or `categories`.
  ///   - sharing: What records have in common.
  ///   - seed: Of all that is chance.
  public init(_ population: Population, _ sharing: Sharing, seed: UInt64) {
    (self.population, self.sharing) = (population, sharing)
    random = SplitMix64(seed: seed)
    cumulativeShares = population.cumulativeShares
    weather = Population.normalValue(&random)
  }

  /// The values of the next window.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - moved: By how much the normal number behind each value is larger than it was: 0 for none,
  ///     1 for its standard deviation.
  /// - Returns: The values in their order; categories are numbered from 0.
  public mutating func window(_ count: Int, moved: Double = 0) -> [Double] {
    weather =
      sharing.memory * weather
      + (1 - sharing.memory * sharing.memory).squareRoot() * Population.normalValue(&random)
    let (ofWindow, ofSpell) = (sharing.ofWindow.squareRoot(), sharing.ofSpell.squareRoot())
    let own = (1 - sharing.ofWindow - sharing.ofSpell).squareRoot()
    var spell = 0.0
    return (0..<count).map { index in
      if index.isMultiple(of: sharing.spell) { spell = Population.normalValue(&random) }
      let value = ofWindow * weather + ofSpell * spell + own * Population.normalValue(&random)
      return quantile(value + moved)
    }
  }

  /// The value of the population that stands where a normal number does.
  private func quantile(_ value: Double) -> Double {
    guard population != .normal else { return value }
    guard population != .lognormal else { return .exp(value) }
    let share = .erfc(-value / 2.0.squareRoot()) / 2
    guard population.categoryCount != nil else { return min(99, (share * 100).rounded(.down)) }
    return Double(cumulativeShares.firstIndex { share < $0 } ?? cumulativeShares.count - 1)
  }
}

/// What was learned of a stream, to compare its windows with.
public struct LearnedStream: Sendable {
  /// The profile.
  public let profile: ReferenceProfile
  /// The values of each window of the reference, in their order.
  public let windows: [[Double]]

  /// Learns a reference as `leeway profile --time --window` does, from a stream's first windows.
  ///
  /// - Parameters:
  ///   - population: Its kind of values.
  ///   - stream: Where it begins; it goes on behind the reference.
  ///   - windows: Windows of the reference, hours each.
  ///   - count: Values of a window.
  /// - Throws: `temporaryFile`.
  public init(
    _ population: Population,
    _ stream: inout SharedWeather,
    windows: Int,
    count: Int
  ) throws {
    let isCategorical = population.categoryCount != nil
    self.windows = (0..<windows).map { _ in stream.window(count) }
    let rows = self.windows.enumerated().flatMap { window, values in
      values.map { value in
        "{\"at\":\(1_600_002_000 + 3600 * window),\"x\":"
          + (isCategorical ? "\"\(Int(value))\"}" : "\(value)}")
      }
    }
    profile = try Rows(rows).learn(time: "at", window: .seconds(3600)).profile
  }

  /// A window beside the reference, as a monitor counts it.
  public func compare(_ values: [Double]) -> FieldComparison {
    let reference = profile.fields[0].reference
    var summary = FieldSummary(reference.layout)
    switch reference.distribution {
    case .numeric(let numeric):
      for value in values {
        summary.counts.record(value, at: numeric.points)
        summary.moments.add(value, count: 1, unit: numeric.unit)
      }
    case .categorical(let categorical):
      var codes: [Int?] = []
      for (code, name) in categorical.categories.enumerated() {
        guard let number = Int(name) else { continue }
        while codes.count <= number { codes.append(nil) }
        codes[number] = code
      }
      for value in values {
        let number = Int(value)
        summary.categories.record(code: number < codes.count ? codes[number] : nil)
      }
    }
    summary.completeness.recordValue(count: UInt64(values.count))
    return FieldComparison(reference: reference, current: summary)
  }
}
