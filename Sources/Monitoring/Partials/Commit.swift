/// What a collector hands over at once: a delta for each layout of state that it counts in.
///
/// All of them are of the same records; monitors whose reference is about to change count in two.
public struct Commit: Equatable, Sendable {
  /// All versions with lower numbers were counted for, from the first record on.
  public var known: Int64
  /// By layout, that of the earliest version first; their progress is the same.
  public var deltas: [(layout: UInt64, delta: Delta)]

  /// A commit of deltas of the same records.
  public init(known: Int64 = MonitorVersion.first + 1, deltas: [(layout: UInt64, delta: Delta)]) {
    self.known = known
    self.deltas = deltas
  }

  /// The delta of a layout; nil when the collector did not count in it.
  public subscript(layout: UInt64) -> Delta? { deltas.first { $0.layout == layout }?.delta }

  /// The same without some panes, whose records are counted as rejected.
  func without(_ refused: Set<Int64>) -> Commit {
    guard !refused.isEmpty else { return self }
    var rest = self
    for index in rest.deltas.indices { rest.deltas[index].delta.refuse(refused) }
    return rest
  }

  /// Whether both are the same.
  public static func == (left: Self, right: Self) -> Bool {
    left.known == right.known
      && left.deltas.elementsEqual(right.deltas) { $0.layout == $1.layout && $0.delta == $1.delta }
  }
}
