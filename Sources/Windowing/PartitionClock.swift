public import Records

/// How far event time has come in one source partition, and what that means for its next record.
///
/// Lateness is decided here, per partition and per record: a pure function of that partition's log,
/// so no interleaving with other partitions, batch size or restart can change it.
public struct PartitionClock: Equatable, Sendable {
  /// What happens to a record with a good time.
  public enum Admission: Equatable, Sendable {
    /// It is counted in this pane.
    case accepted(pane: Int64)
    /// Its pane had ended, with all lateness allowed, when it came.
    case late
    /// It cannot be used.
    case rejected(Rejection)
  }

  /// How the watermark follows the times of accepted records.
  public enum Trust: Equatable, Sendable {
    /// The broker vouches for times (it stamps records and refuses those too far ahead): the
    /// largest counts.
    case broker
    /// Producers' clocks: the third largest of the last 64 counts, so that two bad clocks cannot
    /// close windows.
    case producers

    fileprivate var rank: Int { self == .broker ? 1 : 3 }
    fileprivate var memory: Int { self == .broker ? 1 : 64 }
  }

  /// No record before this instant is still missing; nil until enough records came.
  public private(set) var watermark: Timestamp?

  private let grid: PaneGrid
  private let lateness: Int64
  private let maxFuture: Int64
  /// A quarter of the limit: they are kept beside the offset, where there is little room.
  private let farPanesLimit: Int
  /// The rest of it: so many panes ahead of the watermark's are near.
  private let nearPanesLimit: Int64
  private let trust: Trust
  /// Times of the last records that were not late, a ring.
  private var recent: [Int64] = []
  private var nextSlot = 0
  private var largest = LargestThree()
  /// Panes with accepted records that lie far ahead of the watermark, increasing.
  private var farPanes: [Int64] = []

  /// A partition of which nothing was read.
  public init(
    grid: PaneGrid,
    lateness: Duration,
    maxFuture: Duration,
    trust: Trust,
    limits: Limits = Limits()
  ) {
    self.grid = grid
    self.lateness = lateness.microseconds
    self.maxFuture = maxFuture.microseconds
    self.trust = trust
    farPanesLimit = limits.farPanes
    nearPanesLimit = Int64(limits.nearPanes)
  }

  /// What the clock knows now; what is given makes it know that instead.
  public var memory: Memory {
    get {
      let oldestFirst = recent[nextSlot...] + recent[..<nextSlot]
      return Memory(watermark: watermark, recent: Array(oldestFirst), farPanes: farPanes)
    }
    set {
      watermark = newValue.watermark
      recent = Array(newValue.recent.suffix(trust.memory))
      nextSlot = 0
      largest = LargestThree(recent)
      farPanes = newValue.farPanes
    }
  }

  /// The part of what it knows that later records are decided by.
  ///
  /// - Complexity: O(64 + far panes).
  public var start: Start {
    let before = watermark?.microseconds ?? .min
    let oldestFirst = recent[nextSlot...] + recent[..<nextSlot]
    let ahead = zip(0..., oldestFirst).filter { $0.1 > before }
      .map { Start.Ahead(place: $0.0, time: Timestamp(microseconds: $0.1)) }
    return Start(
      watermark: watermark,
      recent: recent.count,
      ahead: ahead,
      farPanes: farPanes.filter { isFar($0) }
    )
  }

  /// Decides on a record and, when it is accepted, moves the watermark.
  ///
  /// - Parameters:
  ///   - time: Event time of the record.
  ///   - brokerTime: When the broker wrote it; only looked at where the broker vouches for times.
  /// - Returns: What becomes of the record.
  /// - Complexity: O(1) where times increase or stand still, else at most O(64); for a record far
  ///   ahead O(far panes).
  public mutating func admit(_ time: Timestamp, brokerTime: Timestamp? = nil) -> Admission {
    let decision = decision(on: time, brokerTime: brokerTime)
    advance(by: decision)
    return decision.admission
  }

  /// What becomes of a record, before the clock knows of it.
  public struct Decision: Equatable, Sendable {
    /// What becomes of it.
    public let admission: Admission
    fileprivate let time: Int64
    fileprivate var isFar = false
  }

  /// Decides on the next record.
  ///
  /// - Parameters:
  ///   - time: Event time of the record.
  ///   - brokerTime: When the broker wrote it; only looked at where the broker vouches for times.
  /// - Returns: What becomes of the record; `advance` is to be told before the next one.
  /// - Complexity: O(1); for a record far ahead O(far panes).
  public func decision(on time: Timestamp, brokerTime: Timestamp?) -> Decision {
    let microseconds = time.microseconds
    if trust == .broker, let brokerTime, microseconds - maxFuture > brokerTime.microseconds {
      return Decision(admission: .rejected(.futureTime), time: microseconds)
    }
    let pane = grid.pane(at: time)
    if hasEnded(pane) { return Decision(admission: .late, time: microseconds) }
    let isFar = isFar(pane)
    return Decision(
      admission: isFar && !hasRoom(for: pane) ? .rejected(.paneLimit) : .accepted(pane: pane),
      time: microseconds,
      isFar: isFar
    )
  }

  /// Moves the watermark as the record last decided on makes it.
  ///
  /// - Complexity: As of `admit`.
  public mutating func advance(by decision: Decision) {
    switch decision.admission {
    case .late, .rejected(.futureTime): return
    case .accepted(let pane):
      if decision.isFar { openFar(pane) }
    case .rejected:
      // A refused time still moves the watermark: after a long pause the third record is no longer
      // far, where three records say that the pause is real.
      break
    }
    remember(decision.time)
  }

  /// The pane the watermark stands in; nil before it exists.
  public var currentPane: Int64? { watermark.map(grid.pane(at:)) }

  private func hasEnded(_ pane: Int64) -> Bool {
    guard let watermark else { return false }
    return grid.end(of: pane).microseconds + lateness <= watermark.microseconds
  }

  /// Whether a pane is no part of the present: near ones are always open, so that clocks that run
  /// ahead can crowd out each other but never the present.
  private func isFar(_ pane: Int64) -> Bool {
    currentPane.map { pane > $0 + nearPanesLimit } ?? true
  }

  /// Whether a far pane is open, or may be.
  private func hasRoom(for pane: Int64) -> Bool {
    farPanes.count < farPanesLimit || farPanes.contains(pane)
      || farPanes.count(where: isFar) < farPanesLimit
  }

  /// Adds a pane to the far ones.
  private mutating func openFar(_ pane: Int64) {
    if farPanes.contains(pane) { return }
    farPanes = farPanes.filter { isFar($0) }
    farPanes.insert(pane, at: farPanes.firstIndex { $0 > pane } ?? farPanes.count)
  }

  private mutating func remember(_ time: Int64) {
    if recent.count < trust.memory {
      recent.append(time)
      largest.insert(time)
    } else {
      let oldest = recent[nextSlot]
      recent[nextSlot] = time
      nextSlot = nextSlot + 1 == trust.memory ? 0 : nextSlot + 1
      largest.replace(oldest, by: time, of: recent)
    }
    if let watermark, time <= watermark.microseconds { return }
    guard recent.count >= trust.rank else { return }
    let candidate = Timestamp(microseconds: trust == .broker ? time : largest.third)
    if watermark.map({ candidate > $0 }) ?? true { watermark = candidate }
  }
}

/// The three largest of some times; fewer leave the others at the earliest.
private struct LargestThree: Equatable, Sendable {
  private var first = Int64.min
  private(set) var second = Int64.min
  private(set) var third = Int64.min

  init() {}

  init(_ times: [Int64]) {
    for time in times { insert(time) }
  }

  mutating func insert(_ time: Int64) {
    guard time > third else { return }
    if time > first {
      (first, second, third) = (time, first, second)
    } else if time > second {
      (second, third) = (time, second)
    } else {
      third = time
    }
  }

  /// - Complexity: O(1) where the old time is none of the three, as it is where times increase.
  mutating func replace(_ old: Int64, by new: Int64, of times: [Int64]) {
    if old == new { return }
    if old < third { insert(new) } else { self = LargestThree(times) }
  }
}
