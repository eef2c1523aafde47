import Records
import Sketches
import Windowing

/// The versions of a monitor one after the other: the first judges, the others wait.
///
/// A version takes over when the one before it has closed all windows that begin before its start.
/// Which versions there are is what the deltas say that collectors knew, so everything here is a
/// function of the log alone: whoever reads it again comes to the same windows under the same
/// versions.
struct VersionChain: Sendable {
  /// The one that judges.
  private(set) var version: MonitorVersion
  private(set) var evaluator: Evaluator
  /// Those after it, in order.
  private(set) var waiting: [WaitingVersion] = []
  /// All versions with lower numbers were heard of in deltas.
  private(set) var heard = MonitorVersion.first + 1
  /// All versions with lower numbers are known here.
  private(set) var known: Int64
  /// What versions had to say that were given up in the middle; empty but within a fold.
  private var abandoned: [Judged] = []
  /// Known, but not heard of in any delta yet.
  private var announced: [MonitorVersion]
  private let limits: Limits

  /// A chain that has seen nothing.
  ///
  /// - Parameters:
  ///   - versions: By increasing numbers, at least one.
  ///   - known: All versions with lower numbers are among them.
  ///   - limits: What each holds at most.
  init(_ versions: [MonitorVersion], known: Int64, limits: Limits) {
    precondition(!versions.isEmpty, "a monitor without a version")
    version = versions[0]
    announced = Array(versions.dropFirst())
    self.known = known
    self.limits = limits
    evaluator = Evaluator(plan: version.plan, references: version.references, limits: limits)
  }

  /// The layouts that deltas may have.
  var layouts: [StateLayout] {
    [version.layout] + waiting.map(\.version.layout) + announced.map(\.layout)
  }

  /// Notes what has been published since.
  mutating func learn(_ versions: [MonitorVersion], known: Int64) {
    announced += versions.filter { $0.number >= self.known && $0.number > version.number }
    self.known = max(self.known, known)
  }

  /// Goes on behind windows that were written already.
  mutating func resume(closedThrough end: Timestamp) {
    evaluator.state.closedThrough = end
    evaluator.state.schedule.begin(at: end)
    evaluator.state.succession = EvaluatorState.Succession(
      firstStarts: evaluator.state.schedule.nextStarts
    )
  }

  /// Adds what a collector counted; all versions that it knew must be known here.
  mutating func fold(_ commit: Commit) {
    if commit.known > heard {
      // What was counted so far was counted without them.
      let next = announced.prefix { $0.number < commit.known }
      for version in next { wait(version) }
      announced.removeFirst(next.count)
      heard = commit.known
    }
    if commit[version.layout.identity] == nil,
      let counted = waiting.firstIndex(where: { commit[$0.version.layout.identity] != nil })
    {
      // Collectors count for a version only until it has had its time: this one is of a state that
      // was lost. What it would have judged was judged, or can be no more.
      for _ in 0...counted { abandoned += handOver(to: waiting.removeFirst()) }
    }
    // What the one that judges has no room for, and counts as rejected, no other one has.
    let refused = commit[version.layout.identity].map { evaluator.refusals(of: $0) } ?? []
    if let delta = commit[version.layout.identity] {
      evaluator.fold(delta, known: commit.known)
    } else if let delta = commit.deltas.first?.delta {
      evaluator.follow(delta, known: commit.known)
    }
    let rest = commit.without(refused)
    for index in waiting.indices { waiting[index].fold(rest, watermark: evaluator.watermark) }
  }

  /// Lets a version wait; those that would have begun later than it never judge.
  private mutating func wait(_ next: MonitorVersion) {
    let earliest = Timestamp(microseconds: .min)
    waiting.removeAll { $0.version.from ?? earliest > next.from ?? earliest }
    waiting.append(WaitingVersion(next, behind: version, evaluator))
  }

  /// Closes what can be closed, by one version after the other.
  mutating func advance() -> [Judged] {
    var judged = abandoned
    abandoned = []
    while true {
      judged += evaluator.advance(before: waiting.first?.start).map {
        Judged(version: version, outcome: $0)
      }
      guard let next = waiting.first, evaluator.known > next.version.number,
        evaluator.hasClosedAll(before: next.start),
        next.blindPanes.isEmpty || evaluator.watermark != nil
          || evaluator.state.sources.haveAllEnded
      else { return judged }
      judged += handOver(to: waiting.removeFirst())
    }
  }

  /// - Returns: What the old version still has to say.
  private mutating func handOver(to next: WaitingVersion) -> [Judged] {
    let (gaps, old) = (evaluator.end(), version)
    let successor = Evaluator.succeeding(evaluator, by: next, limits: limits)
    (version, evaluator) = (next.version, successor.evaluator)
    if let start = evaluator.state.succession?.start {
      for index in waiting.indices { waiting[index].wait(until: Timestamp(microseconds: start)) }
    }
    return (gaps + successor.resolved).map { Judged(version: old, outcome: $0) }
  }
}

// MARK: Snapshot

extension VersionChain {
  func encode(into writer: inout ByteWriter) {
    writer.signed(version.number)
    writer.text(version.name)
    writer.signed(heard)
    evaluator.state.encode(into: &writer, plan: version.plan)
    writer.count(waiting.count)
    for entry in waiting {
      writer.signed(entry.version.number)
      writer.text(entry.version.name)
      writer.optional(entry.blindEnd) { $0.signed($1.microseconds) }
      writer.count(entry.blindPanes.count)
      for (pane, lack) in entry.blindPanes.sorted(by: { $0.key < $1.key }) {
        writer.signed(pane)
        writer.varint(lack.accepted)
        lack.accounting.encode(into: &writer)
      }
      writer.count(entry.panes.count)
      for (pane, state) in entry.panes.sorted(by: { $0.key < $1.key }) {
        writer.signed(pane)
        state.encode(into: &writer)
      }
    }
  }

  /// Reads what `encode` wrote into a chain that knows the same versions.
  mutating func restore(from reader: inout ByteReader) throws(BadEncoding) {
    let versions = [version] + announced
    version = try Self.version(from: &reader, among: versions)
    heard = try reader.signed()
    evaluator = Evaluator(plan: version.plan, references: version.references, limits: limits)
    evaluator.state = try EvaluatorState(
      from: &reader,
      plan: version.plan,
      layout: version.layout
    )
    waiting = []
    for _ in 0..<(try reader.count(limit: versions.count, "versions")) {
      let next = try Self.version(from: &reader, among: versions)
      let blindEnd = try reader.instant()
      var blindPanes: [Int64: WaitingVersion.Lack] = [:]
      for _ in 0..<(try reader.count(limit: .max, "panes")) {
        blindPanes[try reader.pane(next.layout)] = WaitingVersion.Lack(
          accepted: try reader.records(),
          accounting: try Accounting(from: &reader)
        )
      }
      var panes: [Int64: PaneState] = [:]
      for _ in 0..<(try reader.count(limit: .max, "panes")) {
        let pane = try reader.pane(next.layout)
        var state = next.layout.emptyPane
        try state.merge(from: &reader, layout: next.layout)
        panes[pane] = state
      }
      waiting.append(
        WaitingVersion(next, blindEnd: blindEnd, blindPanes: blindPanes, panes: panes)
      )
    }
    let last = waiting.last?.version.number ?? version.number
    announced = versions.filter { $0.number > last }
  }

  private static func version(
    from reader: inout ByteReader,
    among versions: [MonitorVersion]
  ) throws(BadEncoding) -> MonitorVersion {
    let start = reader.position
    let (number, name) = (try reader.signed(), try reader.text(limit: 1 << 10))
    guard let version = versions.first(where: { $0.number == number && $0.name == name }) else {
      throw BadEncoding("it is of version \(name), which is not among those published", at: start)
    }
    return version
  }
}
