internal import Foundation
internal import Reference

/// A command that is run once for each group of alerts, with their records on standard input.
struct CommandReceiver: AlertReceiver {
  private let program: String
  private let arguments: [String]

  /// How long a command may take.
  private let patience: Duration

  /// A command, run without a shell.
  ///
  /// - Parameters:
  ///   - program: Path of the program.
  ///   - arguments: Of every run.
  ///   - patience: How long it may take.
  init(_ program: String, _ arguments: [String], patience: Duration = .seconds(30)) {
    (self.program, self.arguments, self.patience) = (program, arguments, patience)
  }

  var forgets: Bool { false }

  func deliver(_ notices: [AlertNotice]) -> DeliveryResult {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = Self.environment(of: notices[0])
    do {
      // A file, as a command need not read what it is given: a pipe would fill up, or break.
      let records = try TemporaryFile()
      try records.append(notices.events)
      process.standardInput = try records.reader()
      try process.run()
    } catch {
      return .failed("the command cannot be run")
    }
    guard waits(for: process) else {
      return .failed("the command took longer than \(patience)")
    }
    let status = process.terminationStatus
    guard process.terminationReason == .exit else {
      return .failed("the command was ended by signal \(status)")
    }
    return status == 0 ? .delivered : .failed("the command exited with \(status)")
  }

  /// Waits until a command has ended, or ends it.
  ///
  /// - Returns: Whether it has ended by itself.
  private func waits(for process: Process) -> Bool {
    let clock = StageClock.ofMachine()
    func hasEnded(by limit: Duration) -> Bool {
      while process.isRunning, clock.now() < limit { clock.sleep(.milliseconds(10)) }
      return !process.isRunning
    }
    if hasEnded(by: patience) { return true }
    process.terminate()
    if !hasEnded(by: patience + .seconds(2)) { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return false
  }

  /// What all alerts of a group have in common, beside this process' own.
  private static func environment(of notice: AlertNotice) -> [String: String] {
    let content = notice.content
    let more = [
      "LEEWAY_RULE": content.rule,
      "LEEWAY_STATE": content.state,
      "LEEWAY_SEVERITY": content.severity,
      "LEEWAY_MONITOR": content.monitor,
      "LEEWAY_GROUP": notice.group,
      "LEEWAY_ID": notice.id,
    ]
    return ProcessInfo.processInfo.environment.merging(more) { $1 }
  }
}
