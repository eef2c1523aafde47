internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Reference
internal import Rules
internal import Service

/// Options of every command that reads the records of a request back.
struct RequestOptions: ParsableArguments {
  @OptionGroup var kafka: KafkaOptions

  @Option(
    parsing: .upToNextOption,
    help: "In place of topics the files of events that were replayed, in their order.",
    completion: .file()
  )
  var input: [String] = []

  @Option(help: ArgumentHelp("First part of the topics' names.", valueName: "name"))
  var prefix = "leeway"

  /// - Throws: `ValidationError` where it is not clear what to read.
  func validate(_ trigger: String, monitor: String?) throws {
    try requireOneStandardInput([trigger] + input)
    guard !input.isEmpty else {
      if (try? kafka.settings()) == nil {
        throw ValidationError("name what to read: -b host:port for the topics, or --input FILE…")
      }
      return
    }
    if kafka.brokers != nil || !kafka.properties.isEmpty {
      throw ValidationError("--input reads files; -b and -X are of topics")
    }
    if monitor == nil { throw ValidationError("with --input, name the monitor's file") }
  }

  /// Lends what reads a request's records, and the version of the monitor that it reads them by.
  ///
  /// - Parameters:
  ///   - trigger: The file with the request.
  ///   - monitor: The monitor's file; nil for the version that made the request.
  ///   - body: Reads them.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, `InputError`, `KafkaError`, `ExportFailure`, or
  ///   `ValidationError`.
  func export<Result>(
    _ trigger: String,
    monitor: String?,
    _ body: (inout RequestExport, Plan, References) throws -> Result
  ) throws -> Result {
    let request = try read(trigger)
    let (plan, references) = try version(monitor, of: request)
    var export = try RequestExport(
      request,
      plan: plan,
      references: references,
      source: try source(plan, monitor)
    )
    return try body(&export, plan, references)
  }

  /// Reads the request.
  private func read(_ path: String) throws -> RetrainingRequest {
    let file = InputFile(path)
    var (input, bytes) = (try file.open(), [UInt8]())
    while let chunk = try input.next() { bytes += chunk }
    return try RetrainingRequest(json: bytes, name: file.name)
  }

  /// The version of the monitor that made a request.
  private func version(
    _ path: String?,
    of request: RetrainingRequest
  ) throws -> (plan: Plan, references: References) {
    if let path { return try loadMonitor(path) }
    return try PublishedMonitor.version(
      of: request,
      prefix: prefix,
      settings: try kafka.settings()
    )
  }

  /// Where the records are.
  private func source(_ plan: Plan, _ monitor: String?) throws -> RequestExport.Source {
    guard !input.isEmpty else { return .topics(try kafka.settings()) }
    if let path = FileReplay.unanswerable(plan) {
      throw ValidationError("\(monitor ?? ""): there is no \(path) in a file of events")
    }
    return .files(try input.map { try InputFile($0).rereadable() })
  }
}
