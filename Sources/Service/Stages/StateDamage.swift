/// The stored state does not add up to what was committed: going on would write what is wrong.
public struct StateDamage: Error, Equatable, CustomStringConvertible {
  /// What does not fit, and what to do.
  public let description: String

  init(_ description: String) { self.description = description }

  init(_ names: StageTopics, _ reason: String) {
    description =
      "the state in \(names.state) does not fit to what was committed: \(reason). Nothing is "
      + "written from it. `leeway rebuild` makes it anew from \(names.partials)"
  }
}
