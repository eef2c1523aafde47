internal import ArgumentParser
internal import Foundation
internal import Rules
internal import Service

/// `leeway status`: how far a monitor has come, as Kafka holds it, or as a running process says.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how far a monitor has come, from what is committed or from a running process.",
    discussion: """
      Reads what the monitor's groups have committed, and the ends of its topics; joins no group \
      and writes nothing. Exits 1 when the monitor has not run yet, or when records were lost or \
      counted twice.

      With --http it asks a running process instead, without its file and brokers: is it ready, \
      what does it do, which alerts stand. Exits 1 when it is not ready, or records were lost or \
      counted twice; 69 when nobody answers. With --healthy it asks only whether the process goes \
      on, for a container's health check: no token, and exit 0 or 1.
      """
  )

  /// How the result is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The monitor's file; none with --http.", completion: .file())
  var monitor: String?

  @Option(help: ArgumentHelp("Where a running process shows its dashboard.", valueName: "url"))
  var http: String?

  @Option(
    help: ArgumentHelp("Holds the token that it wants to be shown.", valueName: "file"),
    completion: .file()
  )
  var httpTokenFile: String?

  @Flag(help: "Of --http: ask only whether the process goes on; exits 0 or 1.")
  var healthy = false

  @OptionGroup var kafka: KafkaOptions

  @OptionGroup var groups: GroupOption

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func validate() throws {
    guard (monitor == nil) != (http == nil) else {
      throw ValidationError("name a monitor's file, or a running process: --http URL")
    }
    if healthy, http == nil {
      throw ValidationError("--healthy asks a running process: --http URL")
    }
  }

  func run() throws {
    try reportingErrors {
      if let http { return try ask(http) }
      let settings = try kafka.settings()
      let (plan, _) = try loadMonitor(monitor ?? "")
      let status = try MonitorStatus.read(plan, settings: settings, group: groups.group)
      switch format {
      case .json: try Talk.output(status.json)
      case .text: try Talk.output((StatusText(status).text + "\n").utf8)
      }
      if !status.hasRun || !status.isIntact { throw ExitCodes.no }
    }
  }

  /// Shows what a running process says.
  private func ask(_ address: String) throws {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host != nil
    else { throw ValidationError("--http: no URL such as http://127.0.0.1:8787") }
    if healthy {
      guard let trouble = RunningStatus.trouble(at: url) else {
        return try Talk.output("healthy\n".utf8)
      }
      Talk.say("leeway: \(url.host ?? ""): \(trouble)")
      throw ExitCodes.no
    }
    let token = try httpTokenFile.map { try HTTPOptions.token(in: $0) }
    do throws(RunningStatus.Failure) {
      let status = try RunningStatus(at: url, token: token)
      let text = RunningStatusText(status)
      switch format {
      case .json: try? Talk.output(status.json)
      case .text: try? Talk.output((text.text + "\n").utf8)
      }
      if text.isGood { return }
    } catch {
      Talk.say("leeway: \(url.host ?? ""): \(error)")
      throw error.isUnreachable ? ExitCodes.brokerUnreachable : ExitCodes.internalError
    }
    throw ExitCodes.no
  }
}
