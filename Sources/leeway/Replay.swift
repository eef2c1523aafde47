public import ArgumentParser
internal import Monitoring
internal import Reference
public import Rules
internal import Service

/// `leeway replay`: a monitor over files.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a monitor over files of events, as it would run over a topic.",
    discussion: """
      The i-th --input is partition i, offsets are line numbers, a blank line is a tombstone. \
      Writes windows.ndjson, alerts.ndjson, retraining.ndjson and dead-letters.ndjson. Exits 1 \
      when an alert of the severity given with --fail-on, or a worse one, fired.
      """
  )

  @Argument(help: "The monitor's file.")
  var monitor: String

  @Option(
    parsing: .upToNextOption,
    help: "Files of events (newline-delimited JSON, gzip too); - is standard input."
  )
  var input: [String]

  @Option(name: [.short, .long], help: "Directory to write to; it is made when it is not there.")
  var output: String

  @Option(help: "Exit 1 when an alert at least this bad fired: info, warning, critical.")
  var failOn: Severity?

  func validate() throws {
    if input.isEmpty { throw ValidationError("--input needs at least one file") }
  }

  func run() throws {
    try reportingErrors {
      let loaded = try MonitorLoader.load(monitor)
      if !loaded.report.isEmpty { Talk.say(loaded.report) }
      guard let plan = loaded.plan, let references = loaded.references else {
        throw ExitCodes.badConfiguration
      }
      if let path = FileReplay.unanswerable(plan) {
        Talk.say(
          "leeway: \(monitor): there is no \(path) in a file of events: name a field of the event "
            + "instead"
        )
        throw ExitCodes.badConfiguration
      }
      var replay = try FileReplay(
        plan: plan,
        references: references,
        inputs: input.map { InputFile($0) }
      )
      var sink = try DirectorySink(output)
      try Talk.showingRecords { progress in
        replay.progress = progress
        try replay.run(into: &sink)
      }
      try Talk.output((SummaryText(replay.summary).text + "\n").utf8)
      if let failOn, let worst = replay.summary.worst, worst >= failOn { throw ExitCodes.no }
    }
  }
}

extension Severity: ExpressibleByArgument {}
