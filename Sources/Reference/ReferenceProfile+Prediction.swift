internal import Drift
internal import Records

extension ReferenceProfile {
  /// Takes over where the prediction stands in the bins of each field, checked.
  mutating func readPrediction(_ file: ProfileFile) throws(ReferenceError) {
    prediction = file.prediction
    try require(
      prediction.map { name in fields.contains { $0.isPossiblePrediction && $0.name == name } }
        ?? true,
      "the prediction \(prediction ?? "") is no numeric field with values"
    )
    for (index, field) in file.fields.enumerated() {
      try require(
        (field.predictionRanks == nil) == (prediction == nil),
        "field \(field.name): prediction_ranks go with a prediction"
      )
      guard let ranks = field.predictionRanks else { continue }
      let bins = FieldComparison(fields[index].reference).referenceBins.count + 1
      var known = [bins]
      // Profiles from before bins of atoms have one for an atom and what lies below it.
      if fields[index].kind == .numeric { known.append((field.edges?.count ?? 0) + 2) }
      try require(
        known.contains(ranks.count) && ranks.allSatisfy { $0.map((0...1).contains) ?? true },
        "field \(field.name): \(ranks.count) prediction_ranks for \(bins) bins, or not in 0 ... 1"
      )
      fields[index].reference.predictionRanks = ranks
    }
  }
}

extension ReferenceProfile.Field {
  /// Whether it has numbers that can be ranked.
  public var isPossiblePrediction: Bool { kind == .numeric && counts.values > 0 }
}
