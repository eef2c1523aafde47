import Records

/// The accepted rows of a batch, apart by partition, pane and model version, so that each group is
/// counted field by field at once.
///
/// Emptied and filled again, so that after the first batches nothing is allocated.
struct RowGroups: Sendable {
  /// Rows of one partition, one pane and one version.
  struct Group: Sendable {
    var pane: Int64
    var version: ModelVersion?
    var rows: [Int] = []
    /// Where the rows stand.
    var cover: OffsetCover
    /// Milliseconds from each row's time to the broker's; empty for rows from a file.
    var lags: [Int64] = []
    /// Where their state is, once the whole batch is placed: which pane's, and which entry of it.
    var place = (pane: 0, entry: 0)
  }

  private var groups: [Group] = []
  /// Groups in use; those behind them only keep their memory.
  private var used = 0
  /// The first group of the partition whose rows come now.
  private var runStart = 0
  /// The group of the last row: the next one's, as a rule.
  private var last = 0

  /// The groups that hold rows.
  var filled: ArraySlice<Group> { groups[..<used] }

  /// Notes that rows of another partition come now; they have groups of their own.
  mutating func beginRun() { (runStart, last) = (used, used) }

  /// Chooses the group that a row belongs to.
  ///
  /// - Parameters:
  ///   - pane: Of the row.
  ///   - isVersion: Whether the row is of a version.
  /// - Returns: Whether there is one.
  mutating func choose(pane: Int64, where isVersion: (ModelVersion?) -> Bool) -> Bool {
    if last < used, groups[last].pane == pane, isVersion(groups[last].version) { return true }
    let found = groups[runStart..<used].firstIndex { $0.pane == pane && isVersion($0.version) }
    last = found ?? last
    return found != nil
  }

  /// Begins a group, and chooses it.
  mutating func begin(pane: Int64, version: ModelVersion?, cover: OffsetCover) {
    if used == groups.count {
      groups.append(Group(pane: pane, version: version, cover: cover))
    } else {
      (groups[used].pane, groups[used].version) = (pane, version)
      groups[used].cover = cover
      groups[used].rows.removeAll(keepingCapacity: true)
      groups[used].lags.removeAll(keepingCapacity: true)
    }
    last = used
    used += 1
  }

  /// Adds a row to the group chosen; rows come by increasing offsets.
  mutating func append(_ row: Int, offset: Int64, lag: Int64?) {
    groups[last].rows.append(row)
    groups[last].cover.end = offset + 1
    if let lag { groups[last].lags.append(lag) }
  }

  /// Notes where the state of a group's rows is.
  ///
  /// - Parameters:
  ///   - number: Of the group among those that are filled.
  ///   - pane: Place of the pane's state.
  ///   - entry: Place of the version's entry in it.
  mutating func locate(_ number: Int, pane: Int, entry: Int) {
    groups[number].place = (pane, entry)
  }

  /// Lets go of all rows.
  mutating func removeAll() { (used, last, runStart) = (0, 0, 0) }
}
