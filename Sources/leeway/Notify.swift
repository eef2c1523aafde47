internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Rules
internal import Service

/// `leeway notify`: tells somebody of the alerts that monitors write.
struct Notify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell an Alertmanager, a webhook or a command of alerts until SIGTERM.",
    discussion: """
      Reads <prefix>.alerts as a consumer group of its own and tells of alerts that fire, fire \
      again (repeat) and are resolved; of pending and silenced ones it does not. At least once \
      each: offsets are committed when a group of alerts (one rule, model version, window and \
      state) was taken. What fails is tried again, first after half a second, then twice as long \
      each time, half a minute at most, and nothing behind it is told before. A group that begins \
      is told of what fires now, and of nothing that is over.

      --alertmanager: POST <url>/api/v2/alerts; firing alerts again each minute until they are \
      resolved.
      --webhook: a POST for each group, a JSON array of CloudEvents; any 2xx is delivered; 400, \
      413 and 422 are refusals, named here and not tried again, and the exit code is 1; all else \
      is tried again.
      --exec: the command is split at spaces and run without a shell, once for each group, with \
      that array as standard input and LEEWAY_RULE, LEEWAY_STATE, LEEWAY_SEVERITY, LEEWAY_MONITOR, \
      LEEWAY_GROUP and LEEWAY_ID (the first event's) in its environment. 0 is delivered; what \
      takes longer than 30 s is ended and tried again.

      Two receivers need two groups: -G.
      """
  )

  @OptionGroup var kafka: KafkaOptions

  @Option(
    help: ArgumentHelp("First part of the topic's name, <prefix>.alerts.", valueName: "name")
  )
  var prefix = "leeway"

  @Option(
    name: [.customShort("G"), .long],
    help: ArgumentHelp("Consumer group; by default <prefix>.notify.", valueName: "name")
  )
  var group: String?

  @Option(help: ArgumentHelp("Where an Alertmanager's own pages begin.", valueName: "url"))
  var alertmanager: String?

  @Option(help: ArgumentHelp("Where batches of CloudEvents are posted.", valueName: "url"))
  var webhook: String?

  @Option(
    help: ArgumentHelp("A program, found by PATH, and its arguments.", valueName: "command")
  )
  var exec: String?

  @Option(
    help: ArgumentHelp(
      "Holds a bearer token for the URL; read for each request, so that it may be renewed.",
      valueName: "file"
    ),
    completion: .file()
  )
  var tokenFile: String?

  @Option(help: "Of alerts that are less bad nobody is told: info, warning, critical.")
  var minSeverity: Severity?

  @OptionGroup var log: LogOptions

  func validate() throws {
    guard [alertmanager, webhook, exec].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("name one of --alertmanager, --webhook and --exec")
    }
    if exec != nil, tokenFile != nil {
      throw ValidationError("--token-file is for --alertmanager and --webhook")
    }
    if group == "" { throw ValidationError("-G needs a name") }
    guard prefix.wholeMatch(of: /[A-Za-z0-9._-]{1,200}/) != nil else {
      throw ValidationError("--prefix \(prefix): letters, digits, '.', '_' and '-' only")
    }
  }

  func run() throws {
    try reportingErrors(as: log.format) {
      let settings = try kafka.settings()
      let target = try target()
      let stop = StopSignal.ofProcess()
      let output = LiveOutput(stop, log.format)
      output.say("attaching to \(settings.brokers)")
      var notifier = try Notifier(
        prefix: prefix,
        group: group,
        settings: settings,
        target: target,
        lowest: minSeverity
      ) { output.say($0) }
      output.say("\(prefix).alerts is told to \(target.description)")
      let tally = try notifier.run(until: stop)
      output.say("stopped; \(Self.text(tally))")
      // Librdkafka's threads may still wait for brokers that are gone; nothing is left to lose.
      _exit(tally.refused > 0 ? ExitCodes.no.rawValue : 0)
    }
  }

  private static func text(_ tally: Notifier.Tally) -> String {
    var parts = ["\(tally.delivered) alerts delivered"]
    if tally.refused > 0 { parts.append("\(tally.refused) refused") }
    if tally.malformed > 0 { parts.append("\(tally.malformed) records were no alerts") }
    if tally.waiting > 0 { parts.append("\(tally.waiting) left to the next start") }
    return parts.joined(separator: ", ")
  }

  private func target() throws -> NotificationTarget {
    if let tokenFile, (try? String(contentsOfFile: tokenFile, encoding: .utf8)) == nil {
      throw InputError("cannot read the token file \(tokenFile)")
    }
    if let alertmanager {
      return .alertmanager(try address(alertmanager, "--alertmanager"), tokenFile: tokenFile)
    }
    if let webhook { return .webhook(try address(webhook, "--webhook"), tokenFile: tokenFile) }
    let words = (exec ?? "").split(separator: " ").map(String.init)
    guard let name = words.first else { throw ValidationError("--exec needs a command") }
    guard let program = Self.program(name) else {
      throw InputError("--exec: there is no program \(name) that could be run")
    }
    return .command(program, Array(words.dropFirst()))
  }

  /// An address; what is wrong with one is not shown, as it may hold a secret.
  private func address(_ text: String, _ option: String) throws -> URL {
    guard let address = URL(string: text), let scheme = address.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = address.host(), !host.isEmpty
    else { throw ValidationError("\(option): no URL such as http://host:port") }
    return address
  }

  /// The path of a program as a shell would find it.
  private static func program(_ name: String) -> String? {
    let manager = FileManager.default
    guard !name.contains("/") else { return manager.isExecutableFile(atPath: name) ? name : nil }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = path.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { manager.isExecutableFile(atPath: $0) }
  }
}
