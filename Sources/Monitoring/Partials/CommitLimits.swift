import Windowing

/// What is taken of the partials' topic at most, whoever wrote it.
///
/// It is a good deal more than any collector writes, and less than what would hurt. What is beyond
/// it is left out like all that no writer wrote.
struct CommitLimits {
  /// How much more is taken than a collector writes.
  private static let margin = 4

  /// Partitions of one topic: more than brokers serve well.
  static let partitions = 1 << 16
  /// Layouts of one commit: more than versions wait at a time.
  static let layouts = 1_000
  /// Collectors remembered; those whose last commit is longest ago are forgotten first.
  static let collectors = 1_000
  /// Commits that may be incomplete at a time; those begun longest ago are given up first.
  static let openCommits = 256
  /// Bytes kept of a piece beside its own.
  static let pieceOverhead = 64

  /// Bytes of one commit's pieces.
  let commitBytes: Int
  /// Bytes of all commits that are incomplete.
  let openBytes: Int

  /// The limits of commits in some layouts of state.
  init(_ layouts: [StateLayout]) {
    // A counter takes at most a quarter more in a record than in memory.
    commitBytes = layouts.reduce(0) { $0 + Self.bytes(of: $1) } * 5 / 4
    openBytes = Self.margin * Self.margin * commitBytes
  }

  /// Panes of one commit.
  static func panes(of layout: StateLayout) -> Int { 16 * layout.limits.commitPanes }

  /// Model versions of one commit's panes, all together.
  static func populations(of layout: StateLayout) -> Int {
    margin * Self.populations(layout.limits, bytes: layout.weight.whole)
  }

  private static func bytes(of layout: StateLayout) -> Int {
    let populations = margin * Self.populations(layout.limits, bytes: layout.populationBytes)
    return populations * layout.populationBytes + panes(of: layout) << 10
  }

  /// Populations that a collector counts in between two commits.
  ///
  /// They are as many as weigh what a commit may, and a few however heavy they are: those become no
  /// lighter by being handed over more often.
  private static func populations(_ limits: Limits, bytes: Int) -> Int {
    max(fewest, limits.commitBytes / max(1, bytes))
  }

  /// So many, however heavy they are.
  static let fewest = 5
}
