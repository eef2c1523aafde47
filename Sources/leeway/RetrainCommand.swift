internal import ArgumentParser
internal import Monitoring
internal import Rules
internal import Service

/// `leeway retrain`: asks for training, says that one has ended, and shows what became of requests.
struct RetrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrain",
    abstract: "Ask for training, answer a request, or show what became of requests.",
    discussion: """
      Writes to <prefix>.control, which `leeway init` creates; the monitor's processes hear it \
      with their next commit. Who asks is answered by an event of <prefix>.retraining at once, \
      with the windows of what fires, or else the last ones: a request, or what stands against it \
      (an answer that is waited for, at_most, too few records; not the cooldown).
      --completed ends the lock of a request (answer_within); with a new reference published, the \
      monitor says whether the drift is gone. Saying it twice changes nothing, and exits 0; of a \
      request that is not there or has expired exits 1.
      """
  )

  /// How the list is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @Option(help: "Why; it stands in the request.")
  var reason: String?

  @Option(help: "Which trigger is to ask; the only one when not given.")
  var trigger: String?

  @Option(
    help: ArgumentHelp("The training of this request has ended.", valueName: "request-id")
  )
  var completed: String?

  @Flag(help: "There is no new model.")
  var failed = false

  @Option(help: "The new model's version in the stream, where it has another one.")
  var modelVersion: String?

  @Option(help: "Digest of the new model's reference; whichever comes next when not given.")
  var reference: String?

  @Flag(help: "Show requests and what became of them; ask for nothing.")
  var list = false

  @Option(
    help: ArgumentHelp(
      "Write the event of this request, as it stands in the topic; ask for nothing.",
      valueName: "request-id"
    )
  )
  var show: String?

  @Option(help: "Of the list: text or json.")
  var format = OutputFormat.text

  func validate() throws {
    let answers = failed || modelVersion != nil || reference != nil
    let says = completed != nil || reason != nil || trigger != nil || answers
    if list, says || show != nil { throw ValidationError("--list stands alone") }
    if show != nil, says { throw ValidationError("--show stands alone") }
    if completed == nil, answers {
      throw ValidationError("--failed, --model-version and --reference are of --completed")
    }
    if completed != nil, trigger != nil {
      throw ValidationError("--trigger asks, and --completed answers")
    }
    if failed, modelVersion != nil || reference != nil {
      throw ValidationError("--failed has no new model")
    }
    let limit = ControlRecords.textLimit
    for text in [reason, modelVersion, reference] where text?.utf8.count ?? 0 > limit {
      throw ValidationError("a reason, version or reference has at most \(limit) bytes")
    }
    if !list, show == nil, completed == nil, reason?.isEmpty != false {
      throw ValidationError("say why: --reason TEXT (or --completed ID, --list, --show ID)")
    }
  }

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, _) = try loadMonitor(monitor)
      let topic = RetrainTopic(plan, ControlTopic(plan, settings: settings))
      if list { return try showList(topic, plan) }
      if let show { return try showEvent(show, topic) }
      if let completed { return try complete(completed, topic) }
      let trigger = try trigger(of: plan)
      let ask = try topic.ask(trigger, reason: reason ?? "")
      try Talk.output("asked for training by \(trigger): \(ask.id.prefix(8))\n".utf8)
    }
  }

  private func trigger(of plan: Plan) throws -> String {
    let names = plan.triggers.map(\.name)
    guard let trigger else {
      guard names.count == 1 else {
        let choice = names.isEmpty ? "it has none" : names.joined(separator: ", ")
        throw ValidationError("say which trigger of \(plan.monitor): --trigger (\(choice))")
      }
      return names[0]
    }
    guard names.contains(trigger) else {
      let hint = Suggestion.didYouMean(trigger, among: names).map { "; \($0)" } ?? ""
      throw ValidationError("\(plan.monitor) has no trigger '\(trigger)'\(hint)")
    }
    return trigger
  }

  private func complete(_ name: String, _ topic: RetrainTopic) throws {
    let request = try request(named: name, of: "--completed", topic)
    let short = request.id.prefix(8)
    switch request.state {
    case .waiting:
      try topic.complete(
        TrainingCompletion(
          request: request.id,
          hasSucceeded: !failed,
          modelVersion: modelVersion,
          reference: reference,
          reason: reason
        )
      )
      try Talk.output("request \(short): \(failed ? "failed" : "succeeded")\n".utf8)
    case .expired, .dryRun:
      let state = request.state == .expired ? "has expired" : "is a dry run"
      Talk.say("request \(short) \(state): nobody waits for its completion")
      throw ExitCodes.no
    default:
      try Talk.output("request \(short): already \(request.state.rawValue)\n".utf8)
    }
  }

  private func showEvent(_ name: String, _ topic: RetrainTopic) throws {
    let request = try request(named: name, of: "--show", topic)
    guard let event = try topic.event(of: request.id) else { throw ExitCodes.no }
    try Talk.output(event + [UInt8(ascii: "\n")])
  }

  /// The one request whose id begins so.
  private func request(
    named name: String,
    of option: String,
    _ topic: RetrainTopic
  ) throws -> RetrainHistory.Request {
    let found = try topic.list().history.requests(named: name)
    guard let request = found.first, found.count == 1, !name.isEmpty else {
      Talk.say("\(option) \(name): not one request begins so; see --list")
      throw ExitCodes.no
    }
    return request
  }

  private func showList(_ topic: RetrainTopic, _ plan: Plan) throws {
    let (history, problems) = try topic.list()
    for problem in problems + history.ineffective { Talk.say(problem) }
    let list = RetrainList(plan.monitor, history)
    try Talk.output(format == .json ? list.json : Array((list.text + "\n").utf8))
  }
}
