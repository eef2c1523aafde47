public import Sketches

/// The first law of `Summary` that three summaries break.
///
/// - Parameters:
///   - empty: Nothing recorded; the identity.
///   - parts: Three summaries of pieces of a stream.
///   - whole: The summary of the whole stream, recorded at once.
/// - Returns: The law in words, or nil when they keep them all.
public func brokenSummaryLaw<State: Summary>(
  empty: State,
  parts: (State, State, State),
  whole: State
) -> String? {
  let (a, b, c) = parts
  func merged(_ left: State, _ right: State) -> State {
    var result = left
    result.merge(right)
    return result
  }
  if merged(a, b) != merged(b, a) { return "merge is not commutative" }
  if merged(merged(a, b), c) != merged(a, merged(b, c)) { return "merge is not associative" }
  if merged(a, empty) != a || merged(empty, a) != a { return "empty is not the identity" }
  if merged(merged(a, b), c) != whole { return "merged parts differ from the whole" }
  return nil
}
