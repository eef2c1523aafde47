internal import ArgumentParser
internal import Foundation
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
      hand, commits, leaves the groups and exits 0; open windows are not closed, the next process \
      goes on with them. Start the same command again, here or elsewhere, to share the work: \
      partitions are divided among all, one evaluates, the others stand by. Files that were edited \
      since the last start are published, as by `leeway publish`, and judge the windows that begin \
      behind everything counted so far. Exits 75 when another process of the same --instance has \
      taken over, 78 when the files differ in what all versions of a monitor share.
      """
  )

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @OptionGroup var groups: GroupOption

  @Option(
    help: ArgumentHelp(
      "Name of this process, the same from start to start, unlike any other's; LEEWAY_INSTANCE "
        + "when not given. Without one, readers may wait for 15 s after a crash.",
      valueName: "name"
    )
  )
  var instance: String?

  @OptionGroup(title: "HTTP") var web: HTTPOptions

  @OptionGroup var log: LogOptions

  func run() throws {
    try reportingErrors(as: log.format) {
      let settings = try kafka.settings()
      let name = try instanceName()
      let stop = StopSignal.ofProcess()
      let output = LiveOutput(stop, log.format)
      output.say("attaching to \(settings.brokers)")
      let (plan, references) = try joinMonitor(monitor, settings) { output.say($0) }
      let board = MonitorBoard(
        plan: plan,
        references: references,
        keepsRecords: try web.isServed()
      )
      let server = try web.serve(board) { output.say($0) }
      let manager = ServiceManager(of: board, environment: ProcessInfo.processInfo.environment)
      var events = EventLog()
      var live = LiveMonitor(
        plan: plan,
        references: references,
        settings: settings,
        identity: LiveMonitor.Identity(
          group: groups.group,
          instance: name
        ),
        board: board
      ) { event in
        switch event {
        case .read: break
        case .note(let text): output.say(text)
        case .written(_, let json):
          if let line = events.line(json) { output.write(line) }
        }
      }
      let summary = try live.run(until: stop)
      server?.stop()
      manager?.finish()
      output.say("stopped; \(summary.totals.read) records counted in all")
      // Librdkafka's threads may still wait for brokers that are gone; nothing is left to lose.
      _exit(0)
    }
  }
  /// The name of this process; empty when nobody has given it one.
  ///
  /// - Throws: `ValidationError` for one that is too long.
  private func instanceName() throws -> String {
    let name = instance ?? ProcessInfo.processInfo.environment["LEEWAY_INSTANCE"] ?? ""
    let (count, limit) = (name.utf8.count, LiveMonitor.Identity.instanceLimit)
    guard count <= limit else {
      throw ValidationError("the name of this process has \(count) bytes, and may have \(limit)")
    }
    return name
  }
}
