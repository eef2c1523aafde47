import Foundation
import Monitoring
import Records
import Reference
import TestSupport
import Windowing

@testable import Service

/// A training pipeline beside a simulated monitor: it reads the retraining topic, takes exactly the
/// records that a request names, learns a reference from them, publishes it and answers.
struct TrainingPipeline {
  /// A monitor of two fields, whose events are numbered by a length of time.
  struct Setting: Sendable {
    var window: String
    var trigger: String
    /// Values of both fields of an event.
    var values: @Sendable (_ index: Int) -> (x: Int, y: Int)
    var count: Int
    /// The first events, which the first reference is learned from.
    var known: Int
    /// Seconds between two events.
    var step: Int
    /// Records that a window needs to be judged.
    var fewest = 1
    /// How many steps after the first an event is.
    var place: @Sendable (_ index: Int) -> Int = { $0 }
    /// Whether anybody acts on a request.
    var isAnswered = true

    func second(_ index: Int) -> Int { TrainingPipeline.start + place(index) * step }
  }

  private struct JudgedWindow: Decodable {
    struct Value: Decodable { var value: Double? }
    struct Statistics: Decodable { var ks: Value? }
    struct Field: Decodable {
      var field: String
      var n: Int
      var statistics: Statistics
    }
    struct Payload: Decodable {
      var window_end: String
      var fields: [Field]
    }
    var data: Payload
  }

  private struct Event: Decodable {
    struct Cover: Decodable {
      var start: Int
      var end: Int
    }
    struct Span: Decodable {
      var start: String
      var end: String
    }
    struct Payload: Decodable {
      var rows: Int?
      var offsets: [Cover]?
      var exclude_offsets: [Cover]?
      var windows: [Span]?
      var fields: [String]?
      var request: String?
      var verdict: String?
      var state: String?
      var field: String?
      var reason: String?
    }
    var id: String
    var type: String
    var time: String
    var data: Payload
  }

  private static let start = 1_600_041_600
  private static let threshold = 0.4
  private let setting: Setting
  private let lines: [String]
  let first: Stream
  /// Versions published, by their numbers.
  private(set) var published: [(number: Int64, stream: Stream)] = []
  private(set) var messages: [RetrainMessage] = []
  private var answered: Set<String> = []
  /// What does not add up, in words.
  private(set) var findings: [String] = []

  init(_ setting: Setting) throws {
    self.setting = setting
    lines = (0..<setting.count).map { index in
      let (x, y) = setting.values(index)
      return "{\"at\":\(setting.second(index)),\"x\":\(x),\"y\":\(y)}"
    }
    first = try Self.stream(setting, reference: Array(lines.prefix(setting.known)), lines)
  }

  private static func stream(
    _ setting: Setting,
    reference: [String],
    _ lines: [String]
  ) throws -> Stream {
    func file(_ name: String, _ text: String) -> MonitorBundle.File {
      MonitorBundle.File(name: name, bytes: Array(text.utf8))
    }
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at }
      reference: reference.json
      window: { size: \(setting.window) }
      idle_after: off
      rules: [rules.yaml]
      """
    let rules = """
      version: 1
      rules:
        - name: Stable
          each: features
          expect: ks < \(Self.threshold)
          for: 2 windows
          min_records: \(setting.fewest)
      triggers: [{ name: Retrain, when: firing(Stable), \(setting.trigger) }]
      """
    let bundle = MonitorBundle(
      monitor: file("monitor.yaml", monitor),
      files: [
        file("rules.yaml", rules),
        MonitorBundle.File(
          name: "reference.json",
          bytes: Array(try Rows(reference).learn(time: "at").profile.json)
        ),
      ]
    )
    return try Stream(bundle, [lines])
  }

  /// Answers what was asked since.
  mutating func act(_ world: Simulation) throws {
    for event in try Self.events(world, .retraining)
    where event.type == "io.leeway.retrain.request.v1" && answered.insert(event.id).inserted {
      let rows = recount(event)
      if rows.count != event.data.rows {
        findings.append("\(event.time): \(event.data.rows ?? 0) rows, and \(rows.count) are there")
      }
      guard setting.isAnswered else { continue }
      let next = try Self.stream(setting, reference: rows, lines)
      published.append((world.publish(next, from: nil), next))
      let completion = TrainingCompletion(request: event.id, hasSucceeded: true)
      let record = ControlRecords.record(
        of: completion,
        monitor: "shop",
        topic: world.names.control
      )
      messages.append(
        RetrainMessage(offset: world.say(record), content: .completed(completion))
      )
    }
  }

  /// The lines that a request names, by their offsets and times.
  private func recount(_ event: Event) -> [String] {
    let (covers, excluded) = (event.data.offsets ?? [], event.data.exclude_offsets ?? [])
    let spans = (event.data.windows ?? []).map { (second($0.start), second($0.end)) }
    return lines.indices.filter { offset in
      let time = setting.second(offset)
      return covers.contains { offset >= $0.start && offset < $0.end }
        && !excluded.contains { offset >= $0.start && offset < $0.end }
        && spans.contains { time >= $0.0 && time < $0.1 }
    }.map { lines[$0] }
  }

  private func second(_ text: String) -> Int {
    Int((Timestamp(rfc3339: text)?.microseconds ?? 0) / 1_000_000)
  }

  private static func events(_ world: Simulation, _ output: Output) throws -> [Event] {
    try world.texts(output).map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
  }

  /// What was said of training, one line each: the event, its fields and its day or hour.
  func training(_ world: Simulation) throws -> [String] {
    let events = try Self.events(world, .retraining)
    return events.map { event in
      let name = event.type.split(separator: ".").dropLast().last ?? ""
      let about = events.firstIndex { $0.id == event.data.request }
      let detail =
        event.data.verdict.map { "\($0) of \(about ?? -1)" }
        ?? (event.data.fields ?? []).joined(separator: ",")
      return "\(name) \(detail)"
    }
  }

  /// When each request was made, in steps from the beginning.
  func times(_ world: Simulation) throws -> [Int] {
    try Self.events(world, .retraining)
      .filter { $0.type == "io.leeway.retrain.request.v1" }
      .map { (second($0.time) - Self.start) / setting.step }
  }

  /// Requests that a drift made for nothing: no window of their fields has failed since the one
  /// before, or that was answered and not judged yet.
  func needless(_ world: Simulation) throws -> [String] {
    let failures = try world.texts(.windows)
      .map { try JSONDecoder().decode(JudgedWindow.self, from: Data($0.utf8)).data }
      .flatMap { window in
        window.fields.filter {
          $0.n >= setting.fewest && $0.statistics.ks?.value ?? 0 >= Self.threshold
        }.map { (field: $0.field, end: window.window_end) }
      }
    var (last, open) = (nil as String?, nil as String?)
    var needless: [String] = []
    for event in try Self.events(world, .retraining) {
      if event.data.request == open, event.data.verdict != nil { open = nil }
      guard event.type == "io.leeway.retrain.request.v1" else { continue }
      let isNews = failures.contains { failure in
        event.data.fields?.contains(failure.field) ?? false && failure.end > last ?? ""
          && failure.end <= event.time
      }
      if event.data.reason == "drift", !isNews || open != nil { needless.append(event.time) }
      (last, open) = (event.time, setting.isAnswered ? event.id : nil)
    }
    return needless
  }

  /// Alerts that fired and were resolved, in order.
  func alerts(_ world: Simulation) throws -> [String] {
    try Self.events(world, .alerts).compactMap { event in
      guard let state = event.data.state, state != "pending" else { return nil }
      return "\(event.data.field ?? "") \(state)"
    }
  }

  /// Whether the log read again, by one who knows all from the beginning, comes to the same bytes.
  func isRepeated(_ world: Simulation) -> Bool {
    let versions = published.map { entry in
      MonitorVersion(
        number: entry.number,
        plan: entry.stream.plan,
        references: entry.stream.references
      )
    }
    let evaluator = LogEvaluator(
      versions: [MonitorVersion(plan: first.plan, references: first.references)] + versions,
      messages: messages,
      known: .max,
      lineage: SimulatedProcess.lineage,
      offset: 0
    )
    return world.outputsNotRepeated(by: evaluator).isEmpty
  }
}
