internal import ArgumentParser
internal import KafkaClient
internal import Rules
internal import Service

/// `leeway run`: a monitor attached to Kafka, until it is told to stop.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attach a monitor to Kafka and run until SIGTERM.",
    discussion: """
      Reads the monitor's topics as a consumer group and writes <prefix>.windows, .alerts, \
      .retraining and .dead-letters, which `leeway init` creates. SIGTERM finishes the work in \
      hand, commits, leaves the group and exits 0; open windows are not closed, the next process \
      goes on with them. One process per monitor at a time; of two, one exits 75.
      """
  )

  @Argument(help: "The monitor's file.")
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @Option(
    name: [.customShort("G"), .long],
    help: ArgumentHelp("Consumer group instead of <prefix>.<monitor>.collect.", valueName: "name")
  )
  var group: String?

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, profile) = try loadMonitor(monitor)
      let stop = StopSignal.ofProcess()
      var log = EventLog()
      let live = LiveMonitor(
        plan: plan,
        profile: profile,
        settings: settings,
        group: group
      ) { event in
        switch event {
        case .read: break
        case .note(let text): Talk.say(text)
        case .written(_, let json):
          if let line = log.line(json) { try? Talk.output((line + "\n").utf8) }
        }
      }
      Talk.say("leeway \(plan.monitor): attaching to \(settings.brokers)")
      let summary = try live.run(until: stop)
      Talk.say("stopped; \(summary.totals.read) records read since the last assignment")
    }
  }
}
