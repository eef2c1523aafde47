/// Whether brokers that seem to have lost something are to be asked again: those that have just
/// taken over may not know yet what there is.
struct Doubt {
  private var since: Duration?

  /// Looks at an answer.
  ///
  /// - Parameters:
  ///   - isDoubtful: Whether something seems to be lost.
  ///   - stage: Says for how long brokers may be mistaken.
  /// - Returns: Whether to ask again.
  mutating func holds(_ isDoubtful: Bool, _ stage: StageSettings) -> Bool {
    guard isDoubtful else {
      since = nil
      return false
    }
    let now = stage.clock.now()
    let begun = since ?? now
    since = begun
    return now - begun < stage.doubtLimit
  }

  /// What was lost is taken for lost.
  mutating func end() { since = nil }
}
