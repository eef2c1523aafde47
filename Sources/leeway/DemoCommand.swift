internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Records
internal import Rules
internal import Service

/// `leeway demo`: the year of flights through an embedded broker.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch a year of flights drift, through an embedded broker.",
    discussion: """
      Starts librdkafka's own small broker on a free port, produces the scored departures of March \
      to December 2013, and runs the real monitor against it. Any Kafka client can attach to the \
      address printed while it runs.
      """
  )

  @Option(help: "Folder of monitor.yaml and stream.ndjson.gz.", completion: .directory)
  var data = "deploy/demo"

  @Flag(help: "Train the model when the monitor asks for it, and go on with the new reference.")
  var retrain = false

  @Flag(help: "Stay up after the summary, broker and dashboard, until Ctrl-C.")
  var keep = false

  @Option(
    help: ArgumentHelp("Where to leave a report of what was found.", valueName: "file"),
    completion: .file()
  )
  var report: String?

  @OptionGroup(title: "HTTP") var web: HTTPOptions

  func run() throws {
    try reportingErrors {
      guard FileManager.default.fileExists(atPath: data + "/monitor.yaml") else {
        throw InputError(
          "there is no demo in \(data); run it in the repository's folder, or give --data FOLDER"
        )
      }
      let workshop = retrain ? try DemoWorkshop(data) : nil
      defer { workshop?.remove() }
      // What `check` warns of in the demo's own files is not what it is to show.
      let monitor = workshop?.monitor ?? data + "/monitor.yaml"
      let (plan, references) = try loadMonitor(monitor, warns: false)
      let stop = StopSignal.ofProcess()
      let demo = try Demo(plan: plan, references: references)
      Talk.say(
        "broker at \(demo.brokers); try: kcat -b \(demo.brokers) -t \(plan.outputPrefix).alerts -C"
      )
      let stream = data + "/stream.ndjson.gz"
      let total = retrain ? nil : try produce(stream, to: demo, plan)
      let board = MonitorBoard(
        plan: plan,
        references: references,
        keepsRecords: try web.isServed()
      )
      let server = try web.serve(board) { Talk.say($0) }
      let text =
        if let workshop {
          try play(stream, to: demo, retrainingIn: workshop, until: stop, board)
        } else {
          try watch(demo, until: stop, of: total, board)
        }
      try Talk.output((text + "\n").utf8)
      if let report { try ReportCommand.write(try demo.report(), to: report) }
      guard keep else {
        Talk.say(
          "next: leeway demo --keep, which leaves broker and dashboard up; of your own stream: "
            + "leeway init-monitor -t TOPIC -b host:port"
        )
        return
      }
      let places = [demo.brokers] + [server].compactMap(\.self).map { "http://\($0.address)/" }
      Talk.say("still up at \(places.joined(separator: " and ")); Ctrl-C ends it")
      while !stop.isRequested { Thread.sleep(forTimeInterval: 0.1) }
      server?.stop()
    }
  }

  private func produce(
    _ stream: String,
    to demo: borrowing Demo,
    _ plan: Plan
  ) throws -> UInt64 {
    let total = try Talk.showingBar("producing") { try demo.produce(stream, report: $0) }
    Talk.say(
      "produced \(total) events to \(plan.source.topics[0]), zstd, \(Demo.partitions) partitions"
    )
    return total
  }

  /// Runs the monitor over the stream.
  private func watch(
    _ demo: borrowing Demo,
    until stop: StopSignal,
    of total: UInt64?,
    _ board: MonitorBoard
  ) throws -> String {
    let log = DemoLog()
    let summary = try Talk.showingBar("watching", of: total) { progress in
      try demo.monitor(until: stop, board: board) { log.take($0, progress) }
    }
    return SummaryText(summary).text
  }

  /// Runs the monitor while the stream comes, and trains when it asks.
  private func play(
    _ stream: String,
    to demo: borrowing Demo,
    retrainingIn workshop: DemoWorkshop,
    until stop: StopSignal,
    _ board: MonitorBoard
  ) throws -> String {
    _ = try joinMonitor(workshop.monitor, KafkaSettings(brokers: demo.brokers))
    let log = DemoLog()
    let (summary, training) = try Talk.showingBar("watching") { progress in
      try demo.monitor(stream, retrainingIn: workshop, until: stop, board: board) {
        log.take($0, progress)
      }
    }
    let text = SummaryText(summary)
    return [text.text, training.map(text.text(of:))].compactMap(\.self).joined(separator: "\n\n")
  }
}

/// Says what the demo's monitor has to say.
private final class DemoLog {
  private var log = EventLog()

  func take(_ event: LiveMonitor.Event, _ progress: (UInt64) -> Void) {
    switch event {
    case .read(let count): progress(count)
    case .note(let text): Talk.say(text)
    case .written(_, let json):
      if let line = log.line(json) { Talk.say(line) }
    }
  }
}
