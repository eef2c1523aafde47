/// SageMaker Model Monitor's definitions, as its documentation gives them.
///
/// The container is closed; what is public is the schema of `constraints.json` and the formula of
/// its parent Deequ. `comparison_method: Robust` takes 1.8 √((n + m) / (n m)) off the largest
/// difference of the distribution functions or shares, `Simple` does not. Both thresholds are 0.1,
/// a field above is a `baseline_drift_check` violation. Only that check is made here, and Deequ's
/// way with ties is not assumed.
enum SageMaker: ToolDefinition {
  static let title = "SageMaker Model Monitor"

  private static let threshold = 0.1

  static func judge(_ field: PairedValues) -> [ToolStatistic] {
    guard !field.hasEmptySide,
      let distance = field.numbers == nil ? field.largestShareDifference : field.distance
    else {
      let note = "there is nothing to compare"
      return [ToolStatistic("linf_robust", nil, .above, threshold, note: note)]
    }
    return [
      ToolStatistic("linf_robust", field.robust(distance), .above, threshold),
      ToolStatistic("linf_simple", distance, .above, threshold),
    ]
  }

  static func judge(_ fields: [ToolStatistic]) -> ToolVerdict? {
    let drifted = fields.count { $0.hasDrifted == true }
    return ToolVerdict(
      driftedFields: drifted,
      fields: fields.count,
      hasDrifted: drifted > 0,
      explanation: "CompletedWithViolations from the first baseline_drift_check on"
    )
  }
}
