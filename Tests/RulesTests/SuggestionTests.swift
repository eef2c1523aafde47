import Testing

@testable import Rules

/// Near misses, and no wild guesses.
@Suite struct SuggestionTests {
  @Test(arguments: [
    ("pis", "psi"), ("PSI", "psi"), ("mising", "missing"), ("misisng", "missing"),
    ("excess_dirft", "excess_drift"), ("k", "ks"),
  ])
  func finds(name: String, expected: String) {
    #expect(Suggestion.nearest(to: name, among: Catalog.metrics.map(\.name)) == expected)
  }

  @Test(arguments: ["mahalanobis", "xyz", "", String(repeating: "psi", count: 1000)])
  func staysSilent(name: String) {
    #expect(Suggestion.nearest(to: name, among: Catalog.metrics.map(\.name)) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("abc", "abd", 1), ("abc", "acb", 1), ("abcd", "badc", 2),
    ("kitten", "sitting", 3),
  ])
  func countsEdits(left: String, right: String, distance: Int) {
    let (first, second) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    #expect(Suggestion.editDistance(first, second) == distance)
    #expect(Suggestion.editDistance(second, first) == distance)
  }
}
