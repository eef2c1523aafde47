internal import ArgumentParser
internal import Service

/// `leeway init`: creates a monitor's topics.
struct Initialize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Create the topics a monitor writes.",
    discussion: "What is there already is left as it is. Exits 1 when a topic could not be made."
  )

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @Option(help: "Partitions of each topic; records of one subject stay in one.")
  var partitions = 1

  @Option(help: "Copies of each topic; by default what the cluster says.")
  var replication: Int?

  func validate() throws {
    if partitions < 1 { throw ValidationError("--partitions \(partitions): at least 1") }
    if let replication, !(1...Int(Int16.max)).contains(replication) {
      throw ValidationError("--replication \(replication): at least 1")
    }
  }

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, _) = try loadMonitor(monitor)
      let outcomes = try TopicSetup.create(
        plan,
        settings: settings,
        partitions: partitions,
        replication: replication
      )
      for outcome in outcomes { try Talk.output("\(outcome.topic): \(outcome.result)\n".utf8) }
      if outcomes.contains(where: { !$0.isUsable }) { throw ExitCodes.no }
      Talk.say("next: " + Shell.command("run", monitor, kafka))
    }
  }
}
