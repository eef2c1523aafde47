internal import ArgumentParser
internal import Foundation
internal import Monitoring
internal import Rules
internal import Service

/// `leeway silence`: for some time nobody is woken, and no training begins.
struct SilenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence",
    abstract: "Let alerts and requests of a monitor wake nobody for some time.",
    discussion: """
      Writes to <prefix>.control, which `leeway init` creates; all processes of the monitor \
      heed it from their next commit on. Alerts that fire meanwhile are written with \
      `silenced_by`, which `leeway notify` does not deliver, and are said again with the next \
      window that closes behind the silence, if they still fire; a request to train is written \
      as io.leeway.retrain.silenced.v1, and made then if it is still due. Nothing else changes: \
      windows are judged, and what ends is resolved.
      """
  )

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @Argument(help: "A rule, field, segment or trigger of it; all of the monitor when not given.")
  var name: String?

  @OptionGroup var kafka: KafkaOptions

  @Option(name: .customLong("for"), help: ArgumentHelp("How long.", valueName: "4h"))
  var length: String?

  @Option(help: "Why; it stands in the alerts that it silences.")
  var reason: String?

  @Flag(help: "Show all silences, and begin none.")
  var list = false

  @Option(help: ArgumentHelp("End a silence before its time.", valueName: "id"))
  var end: String?

  func validate() throws {
    if list || end != nil {
      guard name == nil, length == nil, reason == nil, !(list && end != nil) else {
        throw ValidationError("--list and --end stand alone")
      }
      return
    }
    guard let length else {
      throw ValidationError("say how long: --for 4h (or --list, or --end ID)")
    }
    guard let duration = DurationText.parse(length), duration >= .seconds(1) else {
      throw ValidationError("--for \(length): no duration such as 90s, 5m, 1h30m or 7d")
    }
    guard reason?.isEmpty == false else {
      throw ValidationError("say why: --reason TEXT; whoever wonders will read it")
    }
    let limit = ControlRecords.textLimit
    guard reason?.utf8.count ?? 0 <= limit else {
      throw ValidationError("--reason: \(limit) bytes at most")
    }
  }

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, _) = try loadMonitor(monitor)
      if let name { try check(name, plan) }
      let topic = SilenceTopic(plan, ControlTopic(plan, settings: settings))
      let now = Int64(Date().timeIntervalSince1970)
      if list {
        let (silences, problems) = try topic.list()
        for problem in problems { Talk.say(problem) }
        try Talk.output((SilenceList(plan, silences, now: now).text + "\n").utf8)
      } else if let end {
        guard !end.isEmpty, let silence = try topic.end(end) else {
          throw ValidationError("--end \(end): not one silence begins so; see --list")
        }
        try Talk.output("silence \(silence.id.prefix(8)): ended\n".utf8)
      } else {
        let length = length.flatMap(DurationText.parse) ?? .zero
        let silence = try topic.begin(name, at: now, for: length, reason: reason ?? "")
        let list = SilenceList(plan, [silence], now: now)
        try Talk.output("\(list.line(silence))\n".utf8)
      }
    }
  }

  /// A name that is nobody's silences nothing, and who wrote it would not know.
  private func check(_ name: String, _ plan: Plan) throws {
    let segments = (0..<plan.segmentCount).map { plan.name(ofSegment: $0) }
    let names =
      plan.rules.map(\.name) + plan.triggers.map(\.name) + plan.fields.map(\.name) + segments
    guard !names.contains(name) else { return }
    let hint = Suggestion.didYouMean(name, among: names).map { "; \($0)" } ?? ""
    throw ValidationError(
      "\(plan.monitor) has no rule, trigger, field or segment '\(name)'\(hint)"
    )
  }
}
