import Rules
import Windowing

// What an evaluator asks of training.

extension Evaluator {
  /// What is asked of training after a window was judged, and what comes of requests made before.
  ///
  /// - Parameters:
  ///   - window: One of this plan's.
  ///   - isOwn: Whether it was judged by it.
  /// - Returns: In the order of the triggers.
  mutating func training(after window: Window, isOwn: Bool) -> [Outcome] {
    guard !plan.triggers.isEmpty else { return [] }
    return state.governor.outcomes(after: scene(after: window), isOwn: isOwn)
  }

  /// Takes what was said by the control topic.
  public mutating func hear(_ message: RetrainMessage) { state.governor.hear(message) }

  /// Answers what somebody asked since; a version that another one has followed answers nothing.
  mutating func answerAsks() -> [Outcome] {
    guard end == nil, let window = state.governor.windowOfAsks else { return [] }
    return state.governor.answers(scene(after: window))
  }

  /// Ends the requests of triggers that the version which takes over does not have.
  mutating func endRequests(unlessIn next: Plan) -> [Outcome] {
    state.governor.endRequests { name in next.triggers.contains { $0.name == name } }
  }

  private func scene(after window: Window) -> RetrainScene {
    RetrainScene(
      window: window,
      book: state.book,
      ledger: state.ledger,
      grid: grid,
      silences: silencesInForce,
      writer: writer
    )
  }
}
