internal import Foundation
internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// What came of the demo's training.
public struct DemoTraining: Equatable, Sendable {
  /// Id of the request that was answered.
  public var request: String
  /// Rows exported.
  public var rows: UInt64
  /// How far the new model's scores are from the old one's, on average.
  public var meanChange: Double
  /// Rows of the old reference.
  public var oldRows: UInt64
  /// Rows of the new one.
  public var newRows: UInt64
}

/// A folder of the demo's own, in which its model is trained anew by `deploy/retraining`'s job: a
/// copy of the monitor's files, whose reference is replaced, and what the job makes.
public struct DemoWorkshop: Sendable {
  /// The copy of the monitor's file.
  public let monitor: String

  private let folder: String
  private let job: String
  /// Where the job keeps what it makes.
  private var workFolder: String { folder + "/work" }

  /// Copies the monitor's files.
  ///
  /// - Parameter data: The demo's folder; the job stands in `retraining` beside it.
  /// - Throws: `InputError` where something is missing.
  public init(_ data: String) throws {
    job = data + "/../retraining/retrain.sh"
    guard FileManager.default.fileExists(atPath: job) else {
      throw InputError("\(job): no such file; it is what trains the model anew")
    }
    folder = NSTemporaryDirectory() + "leeway-demo-\(UUID().uuidString)"
    let bundle = try MonitorBundle.read(data + "/retrain-monitor.yaml").bundle
    // So deep that the files which it names from above it are in the folder, too.
    let depth = bundle.files.map { $0.name.split(separator: "/").count { $0 == ".." } }.max() ?? 0
    let own = folder + String(repeating: "/demo", count: depth + 1)
    monitor = own + "/monitor.yaml"
    for file in bundle.files where !file.name.hasPrefix("/") {
      try Self.write(file.bytes, to: MonitorBundle.resolve(file.name, from: monitor))
    }
    // The small broker's transactions promise nothing.
    let delivery = Array("\ndelivery: at_least_once\n".utf8)
    try Self.write(bundle.monitor.bytes + delivery, to: monitor)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: url)
  }

  /// Removes the folder.
  public func remove() { try? FileManager.default.removeItem(atPath: folder) }

  private var reference: String { MonitorBundle.resolve("reference.json", from: monitor) }

  private func referenceRows() throws -> UInt64 {
    try ReferenceProfile(json: try MonitorBundle.content(of: reference), name: reference).rows
  }

  /// Answers a request to train, by the job.
  ///
  /// - Parameters:
  ///   - event: The request.
  ///   - plan: Of the monitor.
  ///   - brokers: The broker's address.
  /// - Returns: What came of it.
  /// - Throws: `InputError` where the job fails.
  func answer(_ event: [UInt8], _ plan: Plan, brokers: String) throws -> DemoTraining {
    let request = try JSONDecoder().decode(Event.self, from: Data(event))
    let oldRows = try referenceRows()
    let records = try TemporaryFile()
    try records.append(event)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [job]
    process.environment = try environment(plan, brokers)
    process.standardInput = try records.reader()
    process.standardOutput = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    let made = "\(workFolder)/\(request.id)"
    guard process.terminationStatus == 0,
      let model = FileManager.default.contents(atPath: made + "/model.json")
    else { throw InputError("\(job): the model was not trained") }
    return DemoTraining(
      request: request.id,
      rows: UInt64(try InputFile(made + "/rows.ndjson").lineCount(upTo: .max)),
      meanChange: try JSONDecoder().decode(Model.self, from: model).mean_change,
      oldRows: oldRows,
      newRows: try referenceRows()
    )
  }

  private struct Model: Decodable { var mean_change: Double }

  private struct Event: Decodable {
    struct Payload: Decodable { var dry_run: Bool? }

    var id: String
    var type: String
    var data: Payload
  }

  /// Whether an event asks for training.
  static func canAnswer(_ json: [UInt8]) -> Bool {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(json)) else { return false }
    return event.type == EventType.request && event.data.dry_run != true
  }

  private func environment(_ plan: Plan, _ brokers: String) throws -> [String: String] {
    let roles = plan.roles
    let known = [roles.id, roles.modelVersion].compactMap { $0?.description } + roles.ignored
    let window = DurationText.text(of: plan.windows[0].size)
    var options = ["--time", roles.time.description, "--window", window]
    for name in known { options += ["--exclude", name] }
    for name in roles.predictions.prefix(1) { options += ["--prediction", name] }
    let own = [
      "LEEWAY": try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      "LEEWAY_BROKERS": brokers,
      "LEEWAY_MONITOR": monitor,
      "LEEWAY_REFERENCE": reference,
      "LEEWAY_WORK": workFolder,
      "LEEWAY_PREFIX": plan.outputPrefix,
      "LEEWAY_PROFILE": options.joined(separator: " "),
    ]
    return ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEEWAY") }
      .merging(own) { $1 }
  }
}
