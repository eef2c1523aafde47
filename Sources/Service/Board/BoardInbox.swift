internal import Monitoring

/// What stages have written and the board has not read yet, as far as there is room.
struct BoardInbox: Sendable {
  /// What there was no room for.
  struct Omitted: Equatable, Sendable {
    var records = 0
    /// Windows whose distributions are left out.
    var distributions = 0
  }

  private(set) var records: [OutputRecord] = []
  private(set) var distributions: [WindowDistributions] = []
  private let limit: Int
  private var bytes = 0

  /// An empty one.
  ///
  /// - Parameter limit: Bytes that it holds at most: windows of a thousand segments come at once.
  init(limit: Int) { self.limit = limit }

  /// Adds what was written.
  ///
  /// Where there is no room, distributions go first, since records say what happened; then windows;
  /// alerts and requests last.
  ///
  /// - Returns: What went.
  mutating func add(_ new: [OutputRecord], _ shapes: [WindowDistributions]) -> Omitted {
    records += new
    distributions += shapes
    bytes += new.reduce(0) { $0 + Self.weight($1) } + shapes.reduce(0) { $0 + $1.weight }
    var omitted = Omitted()
    guard bytes > limit else { return omitted }
    omitted.distributions = distributions.count
    bytes -= distributions.reduce(0) { $0 + $1.weight }
    distributions = []
    for output in [Output.windows, .alerts, .retraining] where bytes > limit {
      let gone = records.filter { $0.output == output }
      omitted.records += gone.count
      bytes -= gone.reduce(0) { $0 + Self.weight($1) }
      records.removeAll { $0.output == output }
    }
    return omitted
  }

  /// Takes all that is there.
  mutating func empty() -> BoardInbox {
    defer { self = BoardInbox(limit: limit) }
    return self
  }

  private static func weight(_ record: OutputRecord) -> Int { record.value?.count ?? 0 }
}
