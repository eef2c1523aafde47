internal import ArgumentParser
internal import Foundation
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

  @Option(help: "Folder of monitor.yaml and stream.ndjson.gz.")
  var data = "deploy/demo"

  @Flag(help: "Stay up after the summary, broker and dashboard, until Ctrl-C.")
  var keep = false

  @Option(help: ArgumentHelp("Where to leave a report of what was found.", valueName: "file"))
  var report: String?

  @OptionGroup(title: "HTTP") var web: HTTPOptions

  func run() throws {
    try reportingErrors {
      guard FileManager.default.fileExists(atPath: data + "/monitor.yaml") else {
        throw InputError(
          .missing,
          "there is no demo in \(data); run it in the repository's folder, or give --data FOLDER"
        )
      }
      let (plan, references) = try loadMonitor(data + "/monitor.yaml")
      let stop = StopSignal.ofProcess()
      let demo = try Demo(plan: plan, references: references)
      Talk.say(
        "broker at \(demo.brokers); try: kcat -b \(demo.brokers) -t \(plan.outputPrefix).alerts -C"
      )
      let events = InputFile(data + "/stream.ndjson.gz")
      let total = try Talk.showingBar("producing") { progress in
        try demo.produce(events, key: plan.roles.id ?? plan.roles.time, report: progress)
      }
      Talk.say(
        "produced \(total) events to \(plan.source.topics[0]), zstd, \(Demo.partitions) partitions"
      )
      let board = MonitorBoard(
        plan: plan,
        references: references,
        keepsRecords: try web.isServed()
      )
      let server = try web.serve(board) { Talk.say($0) }
      var log = EventLog()
      let summary = try Talk.showingBar("watching", of: total) { progress in
        try demo.monitor(until: stop, board: board) { event in
          switch event {
          case .read(let count): progress(count)
          case .note(let text): Talk.say(text)
          case .written(_, let json):
            if let line = log.line(json) { Talk.say(line) }
          }
        }
      }
      try Talk.output((SummaryText(summary).text + "\n").utf8)
      if let report { try ReportCommand.write(try demo.report(), to: report) }
      guard keep else { return }
      let places = [demo.brokers] + [server].compactMap(\.self).map { "http://\($0.address)/" }
      Talk.say("still up at \(places.joined(separator: " and ")); Ctrl-C ends it")
      while !stop.isRequested { Thread.sleep(forTimeInterval: 0.1) }
      server?.stop()
    }
  }
}
