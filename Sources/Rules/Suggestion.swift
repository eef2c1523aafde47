/// "Did you mean": the known name that a wrong one is most like.
package enum Suggestion {
  /// The nearest candidate, where it is near enough to be a slip of the hand.
  ///
  /// - Parameters:
  ///   - name: The wrong name.
  ///   - candidates: Known names; of equally near ones the first is taken.
  /// - Returns: nil when none is near: a wild guess is worse than none.
  static func nearest(to name: String, among candidates: [String]) -> String? {
    let wrong = Array(name.lowercased().unicodeScalars.prefix(65))
    guard wrong.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let known = Array(candidate.lowercased().unicodeScalars.prefix(65))
      let allowed = max(1, min(wrong.count, known.count) / 3)
      guard abs(known.count - wrong.count) <= allowed else { continue }
      let distance = editDistance(wrong, known)
      if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The nearest candidate as a question, for the end of a message.
  package static func didYouMean(_ name: String, among candidates: [String]) -> String? {
    nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
  ///
  /// - Complexity: O(left · right).
  static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let replacement = previous[column] + (left[row] == right[column] ? 0 : 1)
        var distance = min(replacement, previous[column + 1] + 1, current[column] + 1)
        let isSwap =
          row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
        if isSwap { distance = min(distance, beforePrevious[column - 1] + 1) }
        current.append(distance)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
