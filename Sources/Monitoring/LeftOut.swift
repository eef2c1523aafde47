extension LogEvaluator {
  /// What was left out of the log of deltas so far.
  public struct LeftOut: Equatable, Sendable {
    /// Records that no writer wrote, and commits of more than any would.
    public var unreadable: UInt64
    /// Commits of which a part was missing.
    public var torn: UInt64
    /// Commits that stood there once more.
    public var repeated: UInt64
    /// Commits that no version of the monitor was counted for in.
    public var foreign: UInt64
  }

  /// What was left out so far, by those before a restart too.
  public var leftOut: LeftOut {
    let oddities = assembler.oddities
    return LeftOut(
      unreadable: oddities.unreadable,
      torn: oddities.torn,
      repeated: oddities.repeats,
      foreign: oddities.foreign
    )
  }
}
