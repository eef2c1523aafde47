internal import Records

// Comparisons of model versions with another one.

extension Checker {
  /// Whether events say which model version they are of; and whether the one named may be meant.
  mutating func checkVersion(of test: UnboundComparison, in file: String) -> Bool {
    guard let version = test.baseline.version, let place = test.versionPlace else { return true }
    guard monitor.modelVersion != nil else {
      error(
        file,
        place,
        "'\(Metric.versusArgument)' needs the field that tells model versions apart",
        hint: "name it in the monitor: fields: { model_version: FIELD }"
      )
      return false
    }
    let known = monitor.references.map(\.version.value)
    guard !known.contains(version) else { return true }
    // A version that `reference` is of stands nowhere, and differs from others by digits alone.
    let others = known.filter { $0.withoutDigits != version.withoutDigits }
    guard let hint = Suggestion.didYouMean(version, among: others) else { return true }
    warning(
      file,
      place,
      "'references' has no model version \(shown(version)): it is one that 'reference' is of",
      hint: hint
    )
    return true
  }

  /// A rule is judged for each version but the one that it compares with: it has only one.
  mutating func checkVersions(of rule: RuleDefinition, in file: String) {
    let tests = (rule.comparisons + rule.clearComparisons).filter { $0.baseline.version != nil }
    guard let first = tests.first?.baseline,
      let other = tests.first(where: { $0.baseline != first }),
      let place = other.versionPlace
    else { return }
    error(
      file,
      place,
      "a rule compares with one model version, and this one does with "
        + "\(shown(first.version ?? ""))",
      hint: "write two rules"
    )
  }
}

extension String {
  fileprivate var withoutDigits: String { String(filter { !$0.isNumber }) }
}
