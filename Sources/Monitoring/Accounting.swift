public import Records
public import Sketches

/// Records read but not accepted, by what became of them.
public struct Accounting: Summary {
  /// Records whose pane had ended when they came.
  public internal(set) var late: UInt64 = 0
  /// Tombstones, and records that the monitor's `where` excludes.
  public internal(set) var filtered: UInt64 = 0
  var rejectedByReason: [UInt64]

  /// Nothing counted yet.
  public init() {
    rejectedByReason = Array(repeating: 0, count: Rejection.allCases.count)
  }

  /// Counts late records.
  mutating func recordLate(count: UInt64 = 1) { late.add(count) }

  /// Counts a filtered record.
  mutating func recordFiltered() { filtered.add(1) }

  /// Counts rejected records.
  mutating func record(_ rejection: Rejection, count: UInt64 = 1) {
    rejectedByReason[rejection.position].add(count)
  }

  /// Records rejected for one reason.
  public func rejected(_ reason: Rejection) -> UInt64 { rejectedByReason[reason.position] }

  /// Records rejected for any reason.
  public var rejected: UInt64 { rejectedByReason.reduce(into: 0) { $0.add($1) } }

  /// Records that were not accepted, for whatever reason.
  public var total: UInt64 {
    var total = rejected
    total.add(late)
    total.add(filtered)
    return total
  }

  /// Adds the other counters.
  public mutating func merge(_ other: Self) {
    late.add(other.late)
    filtered.add(other.filtered)
    rejectedByReason.add(other.rejectedByReason)
  }
}

extension Rejection {
  fileprivate var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
