import Drift
import Records
import Reference
import Rules
import Sketches
import Windowing

/// Compares a closed window with each version's reference.
struct WindowJudge: Sendable {
  private let plan: Plan
  private let references: FieldReferences
  /// The plan's segments by their names.
  private let segments: [[UInt8]: Int]
  /// Position in the plan of the prediction whose ranks each reference knows.
  private let predictions: ByVersion<Int?>
  /// Of the standard reference, whose pace the stream as a whole is expected to keep.
  let rhythm: Rhythm?
  /// How the plan's pairs of fields go together in each reference, as far as it is known.
  private let correlations: ByVersion<[RankCorrelation?]>
  private let emptyPopulation: Population
  private let depth: LineComparison.Depth
  /// For each size of window, the fields that are compared with the previous one.
  private let previousFields: [[Int]]
  private let versions: VersionComparisons

  init(plan: Plan, references: References) {
    self.plan = plan
    self.references = FieldReferences(plan: plan, references: references)
    segments = plan.segmentsByName
    predictions = ByVersion(references) { profile in
      plan.roles.predictions.first { $0 == profile.prediction }
        .flatMap { name in plan.fields.firstIndex { $0.name == name } }
    }
    rhythm = references.standard.rhythm
    let fieldPairs = plan.pairs
    correlations = ByVersion(references) { profile in
      let fields = profile.judgedFields(of: plan).map(\.name)
      return fieldPairs.map { profile.correlation(fields[$0.first], fields[$0.second]) }
    }
    emptyPopulation = Population(PopulationLayout(plan, references.standard))
    depth = plan.depth
    previousFields = plan.windows.indices.map { plan.fields(against: .previous, of: $0) }
    versions = VersionComparisons(plan, self.references.whole)
  }

  /// The window's results, for each model version one of all records, and one of each segment with
  /// records behind it; one without a version when it is empty.
  ///
  /// - Parameters:
  ///   - window: Which window.
  ///   - state: What it holds.
  ///   - violations: Where that is in doubt.
  ///   - previous: What it is compared with beside the references.
  ///   - isWhole: Whether the stream was read for all of its time.
  /// - Returns: In the order of the versions.
  func results(
    of window: Window,
    state: PaneState,
    violations: [Violation],
    after previous: PreviousWindows,
    isWhole: Bool
  ) -> [WindowResult] {
    var populations = state.populations
    if populations.isEmpty { populations = [(nil, emptyPopulation)] }
    var read = state.accounting.total
    for entry in populations { read.add(entry.population.records) }
    return populations.enumerated().flatMap { index, entry in
      let prediction = predictions[entry.version]
      let whole = WindowResult(
        window: window,
        version: entry.version,
        records: entry.population.records,
        read: index == 0 ? read : 0,
        unexpected: entry.population.unexpected,
        accounting: index == 0 ? state.accounting : Accounting(),
        fields: zip(references[entry.version], entry.population.fields).enumerated().map {
          FieldComparison(
            reference: $1.0,
            current: $1.1,
            depth: $0 == prediction ? depth.withSums : depth
          )
        },
        prediction: prediction,
        counted: entry.population.fields,
        previous: comparisons(of: window, entry.population, entry.version, with: previous),
        versus: versions.comparisons(
          in: window.specification,
          of: entry.version,
          among: populations
        ),
        identifiers: entry.population.identifiers,
        lags: entry.population.lags,
        expected: index == 0 && isWhole
          ? rhythm?.expected(in: window.start..<window.end) : nil,
        pairs: pairs(of: entry.population, entry.version),
        violations: violations,
        covers: entry.population.covers
      )
      return [whole] + segmentResults(of: whole, entry.population)
    }
  }

  /// The results of the segments with records, beside that of all records of a model version.
  private func segmentResults(of whole: WindowResult, _ population: Population) -> [WindowResult] {
    population.segments.indices.compactMap { segment in
      guard let counts = population.segments[segment] else { return nil }
      return WindowResult(
        window: whole.window,
        version: whole.version,
        segment: segment,
        records: counts.records,
        fields: zip(references[whole.version, segment], counts.fields).map {
          FieldComparison(reference: $0, current: $1, depth: depth)
        },
        counted: counts.fields,
        violations: whole.violations,
        covers: whole.covers
      )
    }
  }

  /// The fields that are compared with the previous window, where there is one.
  private func comparisons(
    of window: Window,
    _ population: Population,
    _ version: ModelVersion?,
    with previous: PreviousWindows
  ) -> [Int: FieldComparison] {
    guard let earlier = previous.fields(of: version, by: window.start) else { return [:] }
    let fields = previousFields[window.specification]
    let comparisons = zip(fields, earlier).map { field, summary in
      FieldComparison(
        reference: references[version][field],
        baseline: summary,
        current: population.fields[field],
        depth: depth
      )
    }
    return Dictionary(uniqueKeysWithValues: zip(fields, comparisons))
  }

  /// Adds to results what other sizes that have this very window, too, compare with their previous
  /// windows and between model versions: these results are all that is written of it.
  ///
  /// - Parameters:
  ///   - others: Positions of the sizes.
  ///   - results: Those of the window, after it was judged.
  ///   - window: The window.
  ///   - state: What it held.
  ///   - previous: What each size remembers.
  func add(
    _ others: [Int],
    to results: inout [WindowResult],
    of window: Window,
    state: PaneState,
    after previous: [PreviousWindows]
  ) {
    let populations = Dictionary(uniqueKeysWithValues: state.populations.map { ($0, $1) })
    for index in results.indices where results[index].segment == nil {
      let version = results[index].version
      results[index].alike = others
      for other in others {
        let comparisons = comparisons(
          of: Window(specification: other, start: window.start, end: window.end),
          populations[version] ?? emptyPopulation,
          version,
          with: previous[other]
        )
        results[index].previous.merge(comparisons) { own, _ in own }
        let versions = versions.comparisons(in: other, of: version, among: state.populations)
        results[index].versus.merge(versions) { $0.merging($1) { own, _ in own } }
      }
    }
  }

  /// What a field is compared with; nil for a field that is not judged.
  func reference(of field: String, _ version: ModelVersion?, segment: String) -> FieldReference? {
    let references = references[version, segments[Array(segment.utf8)]]
    return plan.fields.firstIndex { $0.name == field }.map { references[$0] }
  }

  /// How the plan's pairs of fields go together.
  private func pairs(of population: Population, _ version: ModelVersion?) -> [PairResult] {
    zip(population.comoments, correlations[version]).map { comoments, reference in
      PairResult(
        records: comoments.count,
        current: RankCorrelation(comoments),
        reference: reference
      )
    }
  }

  /// Remembers what later windows are compared with.
  func remember(_ window: Window, _ state: PaneState, in previous: inout PreviousWindows) {
    let specification = plan.windows[window.specification]
    let every = specification.every.microseconds
    let next = Timestamp(microseconds: window.start.microseconds + every)
    previous.note(
      state.populations,
      previousFields[window.specification],
      fewest: plan.fewestPreviousRecords(of: window.specification),
      end: window.end,
      next: specification.minRecords == nil ? next : window.end
    )
  }
}
