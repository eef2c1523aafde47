public import KafkaClient
internal import Monitoring
public import Records
public import Reference
public import Rules

/// Publishes the files of a monitor as a version that all its processes go over to.
///
/// A version never changes: other files are another version, published behind it. One owner.
public struct VersionPublisher {
  /// What became of it.
  public enum Outcome: Equatable, Sendable {
    /// It stands in the control topic now.
    case published(Publication, isFirst: Bool)
    /// It was the newest already, from the same instant on; nothing was written.
    case alreadyPublished(Publication)
  }

  private let plan: Plan
  private let bundle: MonitorBundle
  private let version: String
  private let references: References
  private let topic: ControlTopic

  /// A publisher that is not yet connected; nil when the monitor has errors.
  ///
  /// - Parameters:
  ///   - monitor: What to publish.
  ///   - settings: Brokers and the user's properties.
  public init?(_ monitor: LoadedMonitor, settings: KafkaSettings) {
    guard let plan = monitor.plan, let bundle = monitor.bundle, let version = monitor.version,
      let references = monitor.references
    else { return nil }
    self.plan = plan
    self.bundle = bundle
    self.version = version
    self.references = references
    topic = ControlTopic(plan, settings: settings)
  }

  /// Publishes the version, unless it is the newest already.
  ///
  /// - Parameter from: The windows that it judges begin at or after this; nil for the first window
  ///   that begins behind everything counted so far.
  /// - Returns: What became of it; it is visible to everybody.
  /// - Throws: `PublishRefusal`; `KafkaError` when the brokers or the topic are not there.
  public func publish(from: Timestamp? = nil) throws -> Outcome {
    var log = try connected()
    let earlier = log.publications(of: plan.monitor)
    if let newest = earlier.last, isThis(newest, from: from) { return .alreadyPublished(newest) }
    let written = try write(from: from, behind: earlier.first, &log)
    return .published(written, isFirst: earlier.isEmpty)
  }

  /// Publishes again what was in force before the newest version.
  ///
  /// The files of the monitor only say which one it is: what is published is what was.
  ///
  /// - Parameters:
  ///   - plan: The monitor.
  ///   - group: Replaces `<prefix>.<monitor>` in the names of the groups.
  ///   - settings: Brokers and the user's properties.
  /// - Returns: What became of it, and the version that was the newest.
  /// - Throws: `PublishRefusal`; `KafkaError` when the brokers or the topic are not there.
  public static func rollBack(
    _ plan: Plan,
    group: String?,
    settings: KafkaSettings
  ) throws -> (outcome: Outcome, newest: Publication) {
    let topic = ControlTopic(plan, settings: settings)
    try topic.check()
    let log = try topic.read()
    let groupBase = StageTopics(plan, group: group).groupBase
    let history = ActivationHistory(plan.monitor, group: groupBase, log)
    guard let newest = log.publications(of: plan.monitor).last, let target = history.before else {
      throw PublishRefusal(
        .nothingToReplace,
        "no version of \(plan.monitor) was in force before the newest one"
      )
    }
    guard
      let publisher = VersionPublisher(
        MonitorLoader.load(target.bundle),
        settings: settings
      )
    else {
      throw PublishRefusal(
        .doesNotFollow,
        "version \(target.shortVersion) cannot be read by this leeway"
      )
    }
    return (try publisher.publish(), newest)
  }

  /// What a process runs that is started with these files: they are published if they never were,
  /// and the versions published before them have their time first.
  ///
  /// - Parameter publishes: Whether files that never were published are.
  /// - Returns: The version that the monitor began with, and what an operator should know.
  /// - Throws: `PublishRefusal`; `KafkaError` when the brokers or the topic are not there.
  public func join(
    publishes: Bool = true
  ) throws -> (plan: Plan, references: References, notes: [String]) {
    // All topics, so that the one a user knows is named first.
    try TopicCheck(plan, settings: topic.settings).run()
    var log = try connected()
    let earlier = log.publications(of: plan.monitor)
    let isKnown = earlier.contains { $0.version == version }
    guard isKnown || publishes || !earlier.isEmpty else { return (plan, references, []) }
    if !isKnown, publishes {
      _ = try write(from: nil, behind: earlier.first, &log)
    }
    let publications = log.publications(of: plan.monitor)
    let first = publications.first.map { MonitorLoader.load($0.bundle) }
    guard let plan = first?.plan, let references = first?.references else {
      throw PublishRefusal(
        .doesNotFollow,
        "the version that \(self.plan.monitor) began with cannot be read by this leeway; run the "
          + "one that it was published with, or a newer one"
      )
    }
    var notes: [String] = []
    let name = VersionName.short(version)
    if !isKnown, publishes, publications.count > 1 {
      notes.append(
        "version \(name) is new here and published: it judges from the first window that begins "
          + "behind everything counted so far"
      )
    } else if let last = publications.last, last.version != version {
      notes.append(
        "these files are version \(name); version \(last.shortVersion) was published behind it and "
          + "follows it. `leeway publish` makes them the newest again"
      )
    }
    return (plan, references, notes)
  }

  /// - Throws: What is still wrong when it was tried three times: a broker may be going away or
  ///   coming back; and where one knows a topic that was made just now, others do not for seconds.
  private func connected() throws -> ControlLog {
    let start = ContinuousClock.now
    var tries = 0
    while true {
      var isThere = false
      do {
        try topic.check()
        isThere = true
        return try topic.read()
      } catch let error as KafkaError {
        if isThere, error.code == .unknownTopic, .now - start < Self.spreading { continue }
        tries += 1
        guard tries < 3, error.isRetriable || error.code == .timedOut else { throw error }
      }
    }
  }

  /// How long brokers may take to hear of a topic.
  private static let spreading = Duration.seconds(10)

  private func isThis(_ publication: Publication, from: Timestamp?) -> Bool {
    publication.version == version && publication.from == from
  }

  /// Writes a publication and reads it back.
  private func write(
    from: Timestamp?,
    behind first: Publication?,
    _ log: inout ControlLog
  ) throws -> Publication {
    try check(from: from, behind: first)
    let manifest = ControlRecords.Manifest(
      id: ControlRecords.newID(),
      monitor: plan.monitor,
      version: version,
      config: EventIdentity.configuration(of: plan),
      reference: references.standard.digest,
      from: from
    )
    let records = ControlRecords.records(of: bundle, manifest, topic: topic.name)
    // The manifest makes it a publication: all pieces are in the log before it is.
    try topic.append(records.dropLast())
    try topic.append(records.suffix(1))
    try topic.read(into: &log)
    // Somebody else may have published the same at the same time: then that is the one.
    let found = log.publications(of: plan.monitor).last { isThis($0, from: from) }
    guard let found else {
      throw KafkaError(
        .notDelivered,
        "version \(VersionName.short(version)) was written to \(topic.name), and is not there"
      )
    }
    return found
  }

  /// - Parameters:
  ///   - from: When it is to begin.
  ///   - first: The version that the monitor began with: what all others share with it.
  /// - Throws: `PublishRefusal`.
  private func check(from: Timestamp?, behind first: Publication?) throws {
    let size = bundle.encode().count
    guard size <= MonitorBundle.limit else {
      let limit = MonitorBundle.limit >> 20
      throw PublishRefusal(
        .tooLarge,
        "the files take \(size >> 20) MiB together, and at most \(limit) can be published"
      )
    }
    guard let first else {
      guard let from else { return }
      throw PublishRefusal(
        .nothingToReplace,
        "nothing of \(plan.monitor) is published yet that could be in force until \(from); the "
          + "first version judges all windows"
      )
    }
    let name = VersionName.short(first.version)
    guard let earlier = MonitorLoader.load(first.bundle).plan else {
      throw PublishRefusal(
        .doesNotFollow,
        "version \(name), published before, cannot be read by this leeway; publish with the one "
          + "that it was published with, or a newer one"
      )
    }
    if let obstacle = plan.obstacle(toFollow: earlier) {
      throw PublishRefusal(.doesNotFollow, "cannot follow version \(name): \(obstacle)")
    }
    // It is kept in the panes that the first version counts in, however long its own windows are.
    var kept = plan
    kept.panes = earlier.panes
    if let problem = StateSize(kept, references).problem {
      throw PublishRefusal(.tooLarge, "in the panes of version \(name): \(problem)")
    }
  }
}
