internal import ArgumentParser
internal import Rules
internal import Service

/// `leeway status`: how far a monitor has come, as Kafka holds it.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how far a monitor has come, without asking any running process.",
    discussion: """
      Reads what the monitor's groups have committed, and the ends of its topics; joins no group \
      and writes nothing. Exits 1 when the monitor has not run yet, or when records were lost or \
      counted twice.
      """
  )

  /// How the result is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The monitor's file.")
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @OptionGroup var groups: GroupOption

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, _) = try loadMonitor(monitor)
      let status = try MonitorStatus.read(plan, settings: settings, group: groups.group)
      switch format {
      case .json: try Talk.output(status.json)
      case .text: try Talk.output((StatusText(status).text + "\n").utf8)
      }
      if !status.hasRun || !status.isIntact { throw ExitCodes.no }
    }
  }
}
