/// What the monitor holds at most; exceeding a limit is counted and named, never silent.
public struct Limits: Equatable, Sendable {
  /// Panes that one partition may have open ahead of its watermark: three quarters of them are the
  /// nearest, which always are, and a record that would open another one beyond these than the last
  /// quarter is rejected as `pane_limit`.
  ///
  /// So many panes may wait for a partition that stays behind the others, too: then it is taken for
  /// silent.
  public var openPanes = 1_000
  /// Panes that a collector counts in between two commits.
  public var commitPanes = 64
  /// Bytes of all that it counts until then.
  public var commitBytes = 8 << 20
  /// Empty windows emitted in a row; what follows is one gap record.
  public var emptyWindows = 1_000
  /// Bytes that these take, so that of very many fields there are fewer: the end of a silence
  /// closes them all at once.
  public var emptyBytes = 256 << 20
  /// Model versions told apart in one window; the rest is summed under `__other__`.
  ///
  /// Where so many would make the state too large, fewer are.
  public var modelVersions = 16
  /// Bytes of the state that the windows of one version of a monitor need; panes that wait for
  /// partitions, and panes ahead of all of them, may take a quarter as much again each.
  public var stateBytes = 1 << 30
  /// Panes that a trigger's offset cover may reach back, and failing windows of an alert that it
  /// may be made of.
  public var rememberedPanes = 10_000
  /// Bytes of what is known of these panes: the more partitions there are, the fewer panes.
  ///
  /// As many again are for the failing windows of all alerts.
  public var rememberedBytes = 64 << 20
  /// Runs of foreign records that a trigger lists.
  public var excludedRuns = 1_000
  /// Bytes of an alert's digest of the two distributions.
  public var digestBytes = 16 << 10
  /// Category names seen less often are withheld from alerts.
  public var categoryFloor: UInt64 = 5

  /// The limits of design.md 9.
  public init() {}

  /// Panes beyond the nearest that may be open.
  public var farPanes: Int { openPanes / 4 }
  /// So many panes ahead of the watermark's are near.
  public var nearPanes: Int { openPanes - farPanes }
}
