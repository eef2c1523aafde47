import Records
import Rules
import Sketches
import Windowing

/// The versions of a monitor one after the other: some judge, the others wait.
///
/// A version takes over when the stream has come to its start. Windows that begin before stay with
/// the version before it, which goes on beside it until the last of them is closed. Which versions
/// there are is what the deltas say that collectors knew, so everything here is a function of the
/// log alone: whoever reads it again comes to the same windows under the same versions.
struct VersionChain: Sendable {
  /// A version that judges, and its evaluator.
  struct Judging: Sendable {
    let version: MonitorVersion
    var evaluator: Evaluator

    init(_ version: MonitorVersion, _ limits: Limits) {
      self.init(
        version,
        Evaluator(plan: version.plan, references: version.references, limits: limits)
      )
    }

    init(_ version: MonitorVersion, _ evaluator: Evaluator) {
      (self.version, self.evaluator) = (version, evaluator)
    }
  }

  /// Those that judge, at least one, in order: the last, and those before it with open windows.
  var judging: [Judging]
  /// Those after them, in order.
  private(set) var waiting: [WaitingVersion] = []
  /// All versions with lower numbers were heard of in deltas.
  private(set) var heard = MonitorVersion.first + 1
  /// All versions with lower numbers are known here.
  private(set) var known: Int64
  /// What versions had to say that were given up in the middle; empty but within a fold.
  private var abandoned: [Judged] = []
  /// Known, but not heard of in any delta yet.
  private var announced: [MonitorVersion]
  /// All that are known, heard of in deltas or not.
  private var silences: [Silence] = []
  /// All that are known, in their order.
  private var messages: [RetrainMessage] = []
  /// Whether a delta was taken: what was said before is not heard.
  private var hasBegun = false
  private let limits: Limits

  /// A chain that has seen nothing.
  ///
  /// - Parameters:
  ///   - versions: By increasing numbers, at least one.
  ///   - silences: All that the control topic has held so far.
  ///   - messages: To the triggers, likewise.
  ///   - known: All versions with lower numbers are among them.
  ///   - limits: What each holds at most.
  init(
    _ versions: [MonitorVersion],
    _ silences: [Silence] = [],
    _ messages: [RetrainMessage] = [],
    known: Int64,
    limits: Limits
  ) {
    precondition(!versions.isEmpty, "a monitor without a version")
    announced = Array(versions.dropFirst())
    (self.silences, self.messages) = (silences, messages)
    self.known = known
    self.limits = limits
    judging = [Judging(versions[0], limits)]
  }

  /// The version that judges the windows to come.
  var version: MonitorVersion { judging[judging.count - 1].version }

  /// Its evaluator.
  var evaluator: Evaluator {
    get { judging[judging.count - 1].evaluator }
    _modify { yield &judging[judging.count - 1].evaluator }
  }

  /// The layouts that deltas may have.
  var layouts: [StateLayout] {
    judging.map(\.version.layout) + waiting.map(\.version.layout) + announced.map(\.layout)
  }

  /// Notes what has been published since.
  mutating func learn(
    _ versions: [MonitorVersion],
    _ silences: [Silence],
    _ messages: [RetrainMessage] = [],
    known: Int64
  ) {
    announced += versions.filter { $0.number >= self.known && $0.number > version.number }
    (self.silences, self.messages) = (silences, messages)
    self.known = max(self.known, known)
    keepSilence()
  }

  /// Lets all that judge know which silences the deltas have heard of.
  private mutating func keepSilence() {
    let known = silences.filter { $0.isKnown(heard) }
    for index in judging.indices { judging[index].evaluator.silences = known }
  }

  /// Lets the triggers know what was said to them at these offsets.
  private mutating func hear(_ offsets: Range<Int64>) {
    for message in messages where offsets.contains(message.offset) {
      evaluator.state.governor.hear(message)
    }
  }

  /// Lets the last version's triggers know what was asked of them while it waited: the one before
  /// has none of these names, and has not heard it.
  private mutating func hearAsks(unknownTo earlier: Plan) {
    for message in messages where message.offset >= version.number && message.offset < heard {
      guard case .asked(let ask) = message.content,
        !earlier.triggers.contains(where: { $0.name == ask.trigger })
      else { continue }
      evaluator.state.governor.hear(message)
    }
  }

  /// Goes on behind windows that were written already.
  mutating func resume(closedThrough end: Timestamp) {
    evaluator.state.closedThrough = end
    evaluator.state.schedule.begin(at: end)
    evaluator.state.begun = end
    evaluator.state.succession = EvaluatorState.Succession(
      firstStarts: evaluator.state.schedule.nextStarts,
      resumed: end
    )
  }

  /// Adds what a collector counted; all versions that it knew must be known here.
  mutating func fold(_ commit: Commit) {
    if commit.known > heard {
      // What was counted so far was counted without them.
      let next = announced.prefix { $0.number < commit.known }
      for version in next { wait(version) }
      announced.removeFirst(next.count)
      if hasBegun { hear(heard..<commit.known) }
      heard = commit.known
      keepSilence()
    }
    hasBegun = true
    abandon(unlessIn: commit)
    // What the last one has no room for, and counts as rejected, no other one has.
    let refused = commit[version.layout.identity].map { evaluator.refusals(of: $0) } ?? []
    let open = panesOpenEarlier(commit)
    for index in judging.indices {
      if let delta = commit[judging[index].version.layout.identity] {
        judging[index].evaluator.fold(
          delta,
          known: commit.known,
          refusing: refused,
          elsewhere: index == judging.count - 1 ? open : []
        )
      } else if let delta = commit.deltas.first?.delta {
        judging[index].evaluator.follow(delta, known: commit.known)
      }
    }
    let rest = commit.without(refused)
    for index in waiting.indices { waiting[index].fold(rest, watermark: evaluator.watermark) }
  }

  /// The panes of a commit that open windows of versions before the last have.
  private func panesOpenEarlier(_ commit: Commit) -> Set<Int64> {
    guard judging.count > 1, let delta = commit.deltas.first?.delta else { return [] }
    return Set(
      delta.panes.lazy.map(\.pane).filter { pane in
        judging.dropLast().contains { $0.evaluator.isOpen(pane) }
      }
    )
  }

  /// Gives up versions that a collector does not count for any more.
  ///
  /// They do so only when the version has had its time: this one is of a state that was lost. What
  /// it would have judged was judged, or can be no more.
  private mutating func abandon(unlessIn commit: Commit) {
    if commit[version.layout.identity] == nil,
      let counted = waiting.firstIndex(where: { commit[$0.version.layout.identity] != nil })
    {
      for _ in 0...counted { abandoned += handOver(to: waiting.removeFirst()) }
    }
    guard judging.count > 1, commit[version.layout.identity] != nil else { return }
    abandoned += retire { commit[$0.version.layout.identity] == nil }
  }

  /// Lets a version wait; those that would have begun later than it never judge.
  private mutating func wait(_ next: MonitorVersion) {
    let earliest = Timestamp(microseconds: .min)
    waiting.removeAll { $0.version.from ?? earliest > next.from ?? earliest }
    waiting.append(WaitingVersion(next, behind: version, evaluator))
  }

  /// Closes what can be closed, and lets versions take over whose time has come.
  mutating func advance() -> [Judged] {
    var judged = abandoned
    abandoned = []
    for index in judging.indices { judging[index].evaluator.releasePanes() }
    judged += outcomes(evaluator.judgeClock() + evaluator.answerAsks())
    while true {
      let start = waiting.first?.start
      guard let next = waiting.first, takesOver(next) else {
        return judged + close(before: start, through: nil)
      }
      judged += close(before: start, through: start)
      judged += handOver(to: waiting.removeFirst())
    }
  }

  /// Whether a version is counted for everywhere, and the stream has come to its start.
  private func takesOver(_ next: WaitingVersion) -> Bool {
    guard evaluator.known > next.version.number,
      next.blindPanes.isEmpty || evaluator.watermark != nil || evaluator.state.sources.haveAllEnded
    else { return false }
    return next.start.microseconds == .min || evaluator.reach.map { $0 >= next.start } ?? false
  }

  /// - Returns: What versions have to say of which nothing is left open.
  private mutating func handOver(to next: WaitingVersion) -> [Judged] {
    let sizes = Set(judging.flatMap(\.version.plan.windows))
    let earlier = version.plan
    let ended = outcomes(evaluator.endRequests(unlessIn: next.version.plan))
    let successor = Evaluator.succeeding(&evaluator, by: next, holding: sizes, limits: limits)
    judging.append(Judging(next.version, successor))
    hearAsks(unknownTo: earlier)
    keepSilence()
    for index in waiting.indices { waiting[index].wait(until: next.start) }
    return ended + handOn()
  }
}

// MARK: Snapshot

extension VersionChain {
  func encode(into writer: inout ByteWriter) {
    writer.signed(heard)
    writer.flag(hasBegun)
    writer.count(judging.count)
    for entry in judging {
      writer.signed(entry.version.number)
      writer.text(entry.version.name)
      entry.evaluator.state.encode(into: &writer, plan: entry.version.plan)
    }
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
    heard = try reader.signed()
    hasBegun = try reader.flag()
    judging = []
    let start = reader.position
    for _ in 0..<(try reader.count(limit: versions.count, "versions")) {
      let version = try Self.version(from: &reader, among: versions)
      var entry = Judging(version, limits)
      entry.evaluator.state = try EvaluatorState(
        from: &reader,
        plan: version.plan,
        layout: version.layout
      )
      if let last = judging.indices.last {
        guard version.number > judging[last].version.number,
          let start = entry.evaluator.state.succession?.start,
          start >= judging[last].evaluator.state.succession?.start ?? start
        else {
          throw BadEncoding("versions are not in order", at: reader.position)
        }
        judging[last].evaluator.end = start
      }
      judging.append(entry)
    }
    guard judging.first?.evaluator.state.schedule.held.isEmpty ?? false else {
      throw BadEncoding("no version that can judge", at: start)
    }
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
    keepSilence()
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
