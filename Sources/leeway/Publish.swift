internal import ArgumentParser
internal import KafkaClient
internal import Records
internal import Rules
internal import Service

/// `leeway publish`: other rules or another reference for a monitor that runs.
struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Publish a monitor's files as a version that its processes go over to.",
    discussion: """
      Checks the files and writes them to <prefix>.control, which `leeway init` creates. All \
      processes of the monitor go over to the version at the same window; none is started anew, \
      and alerts that are firing go on. A version never changes, and stays. Exits 78 when a file \
      is wrong or differs in what all versions of a monitor share: its source, time, lateness, \
      panes and output.
      """
  )

  /// How the list is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @Option(
    help: ArgumentHelp(
      "Judge the windows that begin at or after this instant, such as 2026-03-01T00:00:00Z; by "
        + "default the first that begins behind everything counted so far.",
      valueName: "time"
    )
  )
  var from: String?

  @Flag(help: "Show what was published, and which version is in force; publish nothing.")
  var list = false

  @Flag(
    help: "Publish again what was in force before the newest version, which it takes back."
  )
  var rollback = false

  @Option(help: "Of the list: text or json.")
  var format = OutputFormat.text

  @OptionGroup var groups: GroupOption

  func validate() throws {
    if rollback, list || from != nil {
      throw ValidationError("--rollback stands alone: it judges as early as it can")
    }
    guard let from else { return }
    if list { throw ValidationError("--from publishes, and --list does not") }
    if Timestamp(rfc3339: from) == nil {
      throw ValidationError(
        "--from \(from): no instant; write it as RFC 3339, such as 2026-03-01T00:00:00Z"
      )
    }
  }

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let loaded = try readMonitor(monitor)
      guard let plan = loaded.plan,
        let publisher = VersionPublisher(loaded, settings: settings)
      else { throw ExitCodes.badConfiguration }
      guard !list else { return try showList(plan, settings) }
      guard !rollback else { return try rollBack(plan, settings) }
      try tell(try publisher.publish(from: from.flatMap { Timestamp(rfc3339: $0) }), "published")
    }
  }

  private func tell(_ outcome: VersionPublisher.Outcome, _ result: String) throws {
    switch outcome {
    case .published(let publication, let isFirst):
      try tell(publication, result, isFirst: isFirst)
    case .alreadyPublished(let publication):
      try Talk.output("version \(publication.shortVersion): already published\n".utf8)
    }
  }

  private func rollBack(_ plan: Plan, _ settings: KafkaSettings) throws {
    let (outcome, newest) = try VersionPublisher.rollBack(
      plan,
      group: groups.group,
      settings: settings
    )
    try tell(outcome, "published again, in place of \(newest.shortVersion)")
  }

  private func tell(_ publication: Publication, _ result: String, isFirst: Bool) throws {
    let name = "version \(publication.shortVersion)"
    try Talk.output("\(name): \(result)\n".utf8)
    if let from = publication.from {
      Talk.say("\(name) judges windows that begin at or after \(from)")
    } else if isFirst {
      Talk.say("\(name) is the first of the monitor and judges all windows")
    } else {
      Talk.say(
        "\(name) judges from the first window that begins behind everything counted so far"
      )
    }
  }

  private func showList(_ plan: Plan, _ settings: KafkaSettings) throws {
    let topic = ControlTopic(plan, settings: settings)
    try topic.check()
    let log = try topic.read()
    for problem in log.problems { Talk.say("\(topic.name): \(problem)") }
    let list = PublicationList(plan, group: groups.group, log)
    try Talk.output(format == .json ? list.json : Array((list.text + "\n").utf8))
  }
}
