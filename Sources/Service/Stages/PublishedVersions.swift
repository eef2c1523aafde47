internal import KafkaClient
internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// The versions of a monitor, as far as a stage has read the control topic.
///
/// A monitor begins with the version of its own files. A published one that cannot follow it, since
/// it has another source or other panes, is none for anybody; one that this program does not
/// understand stops it from learning more, and the versions before it go on.
struct PublishedVersions {
  private let stage: StageSettings
  private let first: MonitorVersion
  private var control = ControlLog()
  private var next: Int64 = 0
  /// Offset of the last publication looked at.
  private var lastSeen = MonitorVersion.first
  /// All of them, by increasing numbers.
  private(set) var all: [MonitorVersion]
  /// All versions with lower numbers are in `all`.
  private(set) var known = MonitorVersion.first + 1
  /// Why nothing more can be learned; nil when all that was published is understood.
  private var obstruction: String?
  private var doubt = Doubt()
  /// The version that judges, as far as that was said.
  private(set) var activeNumber = MonitorVersion.first

  init(_ stage: StageSettings) {
    self.stage = stage
    first = MonitorVersion(
      plan: stage.plan,
      references: stage.references,
      limits: stage.limits
    )
    all = [first]
  }

  /// All silences that the control topic has held so far.
  var silences: [Silence] { control.silences(of: stage.plan.monitor) }

  /// All that the control topic has said to triggers so far.
  var messages: [RetrainMessage] { control.messages(of: stage.plan.monitor) }

  /// Those that judge or will: all others have had their time.
  var current: [MonitorVersion] {
    Array(all[(all.lastIndex { $0.number <= activeNumber } ?? 0)...])
  }

  /// Reads what the control topic holds by now.
  ///
  /// - Parameters:
  ///   - log: The stage's own.
  ///   - note: Hears what an operator should know.
  /// - Throws: `KafkaError` when it cannot be read now; what was known before stays known.
  mutating func refresh<Log: StageLog & ~Copyable>(
    _ log: inout Log,
    note: (String) -> Void
  ) throws(KafkaError) {
    let partition = TopicPartition(stage.names.control, 0)
    let end = try log.watermarks([partition])[0].high
    guard end > next else { return }
    var control = control
    do {
      try log.scan(partition, from: next, to: end) { control.take($1, at: $0) }
    } catch let error as KafkaError {
      throw error
    } catch {
      throw KafkaError(.timedOut, "\(stage.names.control): \(error)")
    }
    (self.control, next) = (control, end)
    takeIn(note)
  }

  /// Makes sure that versions which deltas were counted for can be known.
  ///
  /// - Parameter needed: All versions with lower numbers are.
  /// - Throws: `badSetting` when this program does not understand one of them; `StateDamage` when
  ///   the control topic does not hold them any more.
  mutating func require(_ needed: Int64) throws {
    if let obstruction, needed > known { throw KafkaError(.badSetting, obstruction) }
    guard !doubt.holds(needed > next, stage), needed > next else { return }
    throw StateDamage(
      "\(stage.names.control) ends at offset \(next), and deltas were counted with what stood "
        + "there up to \(needed): it was made anew, or has lost its end. Begin anew with another "
        + "group (-G)"
    )
  }

  private mutating func takeIn(_ note: (String) -> Void) {
    let active = control.active(stage.plan.monitor, group: stage.names.groupBase)
    activeNumber = active?.publication ?? activeNumber
    for publication in control.publications(of: stage.plan.monitor)
    where publication.offset > lastSeen {
      let isFirst = lastSeen == MonitorVersion.first && publication.version == first.name
      if !isFirst {
        let loaded = MonitorLoader.load(publication.bundle)
        guard let plan = loaded.plan, let references = loaded.references
        else {
          known = publication.offset
          obstruction =
            "version \(publication.shortVersion) of \(stage.plan.monitor) needs a newer leeway "
            + "than this one"
          return note(
            "\(obstruction ?? ""); this one goes on with those before it, "
              + "and heeds no silence that is said behind it"
          )
        }
        append(plan, references, publication, note)
      }
      lastSeen = publication.offset
    }
    known = next
  }

  private mutating func append(
    _ plan: Plan,
    _ references: References,
    _ publication: Publication,
    _ note: (String) -> Void
  ) {
    if let obstacle = plan.obstacle(toFollow: first.plan) {
      return note("version \(publication.shortVersion) is left out: \(obstacle)")
    }
    var plan = plan
    plan.panes = first.plan.panes
    all.append(
      MonitorVersion(
        number: publication.offset,
        from: publication.from,
        plan: plan,
        references: references,
        limits: stage.limits
      )
    )
  }
}
