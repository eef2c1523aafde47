public import ArgumentParser
internal import KafkaClient
internal import Monitoring
internal import Records
internal import Reference
public import Rules
internal import Service

/// `leeway replay`: a monitor over files, or over a stretch of its topics.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a monitor over files of events or a stretch of its topics, without a trace.",
    discussion: """
      The i-th --input is partition i, counted from 0 as offsets are: that of a file's first line \
      is 0. A blank line is a tombstone. With -b the monitor's topics are read, without a group \
      and without commits, from --from up to --to: earliest, latest, an offset, or an instant such \
      as 2026-03-01T00:00:00Z, compared with the records' times as the broker keeps them. A \
      stretch that begins in the middle knows no earlier records: its first window is not whole, \
      and nothing in it is late by what came before.

      --what-if RULES judges other rules on windows that were written before, without the events: \
      --input are windows.ndjson files then, -b reads the monitor's windows of <prefix>.windows. \
      Absent segments, empty windows and model versions that go are judged as they were. Rules see \
      what the records hold: detectors, patterns and pairs of fields stay undecided, clocks, \
      silences and requests are left out, lower bounds are those of a single test's confidence, \
      and of sizes that the monitor did not have only those windows are judged that it wrote under \
      another: these sizes are named.

      Writes windows.ndjson, alerts.ndjson, retraining.ndjson and dead-letters.ndjson. Exits 1 \
      when an alert of the severity given with --fail-on, or a worse one, fired, and 66 when \
      every record was rejected or, with --fail-on, none was judged: there was none, or all were \
      filtered.
      """
  )

  /// How the report is written.
  enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @Option(
    parsing: .upToNextOption,
    help: "Files of events (newline-delimited JSON, gzip too); - is standard input.",
    completion: .file()
  )
  var input: [String] = []

  @OptionGroup var kafka: KafkaOptions

  @OptionGroup var stretch: StretchOptions

  @Option(
    name: [.short, .long],
    help: "Directory to write to; it is made when it is not there.",
    completion: .directory
  )
  var output: String?

  @Option(
    name: .customLong("what-if"),
    parsing: .upToNextOption,
    help: ArgumentHelp("Rule files to judge stored windows by.", valueName: "rules.yaml"),
    completion: .file()
  )
  var whatIf: [String] = []

  @Option(
    help: ArgumentHelp(
      "Print what each rule's alerts did, how often and for how long, instead of the summary.",
      valueName: "text|json"
    )
  )
  var report: ReportFormat?

  @Option(help: "Exit 1 when an alert at least this bad fired: info, warning, critical.")
  var failOn: Severity?

  func validate() throws {
    try requireOneStandardInput(input)
    guard (output == nil) == !whatIf.isEmpty else {
      throw ValidationError(
        output == nil
          ? "say where to write: -o DIRECTORY" : "--what-if writes nothing: leave -o out"
      )
    }
    if !whatIf.isEmpty, stretch.isGiven {
      throw ValidationError("--from and --to are of events; --what-if judges all windows there are")
    }
    guard input.isEmpty else {
      if kafka.brokers != nil || !kafka.properties.isEmpty || stretch.isGiven {
        throw ValidationError("--input reads files; -b, -X, --from and --to are of topics")
      }
      return
    }
    if kafka.brokers == nil, (try? kafka.settings()) == nil {
      throw ValidationError("name what to read: --input FILE…, or -b host:port for the topics")
    }
    try stretch.check()
    if stretch.bounds.isEmpty, whatIf.isEmpty {
      throw ValidationError("there is nothing between --from and --to")
    }
  }

  func run() throws {
    try reportingErrors {
      guard whatIf.isEmpty else { return try judgeStored() }
      let loaded = try MonitorLoader.load(monitor)
      if !loaded.report.isEmpty { Talk.say(loaded.report) }
      guard let plan = loaded.plan, let references = loaded.references else {
        throw ExitCodes.badConfiguration
      }
      let summary =
        input.isEmpty
        ? try replayTopics(plan, references) : try replayFiles(plan, references)
      switch report {
      case nil: try Talk.output((SummaryText(summary).text + "\n").utf8)
      case .text: try Talk.output((RuleReportText(summary.rules).text + "\n").utf8)
      case .json: try Talk.output(RuleReportText(summary.rules).json)
      }
      try requireRecords(summary.totals)
      if let failOn, let worst = summary.worst, worst >= failOn { throw ExitCodes.no }
    }
  }

  /// A stretch of which nothing could be read has passed no test.
  private func requireRecords(_ totals: RunSummary.Totals) throws {
    let rejected = totals.rejected.reduce(0) { $0 &+ $1.count }
    guard rejected > 0, rejected == totals.read &- totals.filtered else {
      guard failOn != nil, totals.accepted == 0 else { return }
      throw InputError(
        "no record was judged, so --fail-on cannot pass: \(totals.read) read, "
          + "\(totals.filtered) filtered"
      )
    }
    let reasons = totals.rejected.map(\.reason.rawValue).joined(separator: ", ")
    let hint = input.isEmpty ? "" : "; --input is of JSON, an object a line"
    throw InputError(
      "all \(rejected) records were rejected (\(reasons)), and nothing was judged: "
        + "\(output ?? ".")/dead-letters.ndjson names each\(hint)"
    )
  }

  private func judgeStored() throws {
    let loaded = try MonitorLoader.load(monitor, rules: whatIf)
    if !loaded.report.isEmpty { Talk.say(loaded.report) }
    guard let plan = loaded.plan else { throw ExitCodes.badConfiguration }
    var judge = WhatIf(plan: plan)
    if input.isEmpty {
      try judge.judgeTopic(try kafka.settings())
    } else {
      try judge.judge(input.map { InputFile($0) })
    }
    if judge.foreign > 0 {
      Talk.say("\(judge.foreign) records are no windows of \(plan.monitor)")
    }
    guard judge.windows > 0 else {
      throw InputError("there is no window of \(plan.monitor), and nothing was judged")
    }
    if !judge.unanswered.isEmpty {
      let names = judge.unanswered.joined(separator: ", ")
      Talk.say("the windows do not hold \(names): rules on these are undecided")
    }
    if !judge.incomplete.isEmpty {
      let sizes = judge.incomplete.joined(separator: ", ")
      Talk.say("not all windows of \(sizes) were written: rules on these say less than they would")
    }
    let text = RuleReportText(judge.report)
    try Talk.output(report == .json ? text.json : Array((text.text + "\n").utf8))
    let worst = judge.report.lines.filter { $0.alerts > 0 }.map(\.severity).max()
    if let failOn, let worst, worst >= failOn { throw ExitCodes.no }
  }

  private func replayFiles(_ plan: Plan, _ references: References) throws -> RunSummary {
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
    var sink = try DirectorySink(output ?? ".", inputs: ([monitor] + input).map { InputFile($0) })
    try Talk.showingRecords { progress in
      replay.progress = progress
      try replay.run(into: &sink)
    }
    return replay.summary
  }

  private func replayTopics(_ plan: Plan, _ references: References) throws -> RunSummary {
    var replay = try TopicReplay(
      plan: plan,
      references: references,
      bounds: stretch.bounds,
      settings: try kafka.settings()
    )
    var sink = try DirectorySink(output ?? ".", inputs: ([monitor] + input).map { InputFile($0) })
    try Talk.showingRecords { progress in
      replay.progress = progress
      try replay.run(into: &sink)
    }
    return replay.summary
  }
}

extension Severity: ExpressibleByArgument {}
