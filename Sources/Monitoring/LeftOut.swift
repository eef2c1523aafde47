extension LogEvaluator {
  /// What was left out of the log of deltas so far.
  public struct LeftOut: Equatable, Sendable {
    /// Records that no writer wrote.
    public var unreadable: UInt64
    /// Commits of which a part was missing.
    public var torn: UInt64
  }

  /// What was left out so far, by those before a restart too.
  public var leftOut: LeftOut {
    LeftOut(unreadable: assembler.oddities.unreadable, torn: assembler.oddities.torn)
  }
}
