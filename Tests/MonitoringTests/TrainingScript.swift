import Testing
import Windowing

@testable import Monitoring

/// A monitor with a trigger, hour by hour: what it hears, and what it says.
///
/// Every run is made three times: as it is, with another evaluator after each hour, and from its
/// deltas again. All three say the same.
struct TrainingScript {
  /// What comes in an hour: ten events all over the reference, or all at one end of it; or what is
  /// said by the control topic before the next hour.
  enum Step {
    case normal(Int = 1)
    case high(Int = 1)
    case empty(Int = 1)
    /// The last request, unless another one is named, has ended.
    case completed(
      Bool = true,
      request: String? = nil,
      reference: String? = nil,
      model: String? = nil
    )
    /// Events are of this model version from here on.
    case model(String)
    case asked(String = "Retrain")
    /// The next version of the monitor, whose reference is of the high events.
    case published
  }

  static let reference = (0..<600).map { Hourly.event(0, value: $0 % 100, model: "1") }
  static let highReference = (0..<600).map { Hourly.event(0, value: 80 + $0 % 20, model: "1") }

  /// Four hours of values that are the same in each, and, for a reference that differs from itself
  /// as much as can be, that are others in each.
  private static func hours(_ isSteady: Bool) -> [String] {
    (0..<6_000).map { index in
      let value = index % 100 + (isSteady ? 0 : index / 1_500 * 100)
      return Hourly.event(Double(index) / 1_500, value: value, model: "1")
    }
  }

  /// Number of the next version.
  private static let next: Int64 = 50

  private var scene: VersionScene
  private var messages: [RetrainMessage] = []
  private var known: Int64 = 0
  private var hour = 0
  private var model: String?
  private var restarts = false
  private var commits: [Commit] = []
  private(set) var judged: [Judged] = []

  private init(_ versions: [MonitorVersion]) {
    scene = VersionScene(versions)
  }

  /// Model version 2 has a reference of its own: of values that are half as large in the first
  /// version of the monitor, and of nearly the same in the next.
  static func world(
    _ trigger: String,
    hold: String,
    expect: String = "ks(x) < 0.6",
    window: String = "{ size: 1h }",
    _ reference: [String]
  ) throws -> World {
    let rules = """
      version: 1
      rules: [{ name: Stable, expect: \(expect), for: \(hold) }]
      triggers: [{ name: Retrain, \(trigger) }]
      """
    return try world(rules: rules, window: window, reference)
  }

  /// The same under rules of its own, and, where so is said, without any model version.
  static func world(
    rules: String,
    window: String = "{ size: 1h }",
    hasModels: Bool = true,
    _ reference: [String]
  ) throws -> World {
    let model = hasModels ? ", model_version: model" : ""
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders, returns] }
      fields: { time: at\(model) }
      reference: reference.json
      \(hasModels ? "references: { \"2\": two.json }" : "")
      window: \(window)
      """
    let own = (0..<600).map { Hourly.event(0, value: $0 % 50, model: "2") }
    let ofTwo = reference == Self.reference ? own : reference + own.prefix(1)
    return try World(
      monitor: monitor,
      rules: [rules],
      reference: reference,
      own: hasModels ? ["2": ofTwo] : [:],
      naturalWindow: reference.count > 1_000 ? .seconds(3_600) : nil
    )
  }

  /// What a trigger says in these hours, alerts and windows left aside.
  static func run(
    _ trigger: String,
    hold: String = "1 of 1 windows",
    _ steps: [Step]
  ) throws -> [String] {
    try script(trigger, hold: hold, steps).lines
  }

  static func script(
    _ trigger: String,
    hold: String = "1 of 1 windows",
    _ steps: [Step]
  ) throws -> TrainingScript {
    let versions = [
      try world(trigger, hold: hold, reference).version(),
      try world(trigger, hold: hold, highReference).version(next),
    ]
    return try script(versions, steps)
  }

  /// The same under rules of its own, and others when the next version comes.
  static func script(
    rules: String,
    then next: String,
    hasModels: Bool = true,
    _ steps: [Step]
  ) throws -> TrainingScript {
    let versions = [
      try world(rules: rules, hasModels: hasModels, reference).version(),
      try world(rules: next, hasModels: hasModels, highReference).version(Self.next),
    ]
    return try script(versions, steps)
  }

  /// The same with a condition of what is beyond `natural`, which the first reference has nothing
  /// of, and the next so much that no window can be judged.
  static func script(
    _ trigger: String,
    expect: String,
    _ steps: [Step]
  ) throws -> TrainingScript {
    let hold = "1 of 1 windows"
    let versions = [
      try world(trigger, hold: hold, expect: expect, hours(true)).version(),
      try world(trigger, hold: hold, expect: expect, hours(false)).version(next),
    ]
    return try script(versions, steps)
  }

  private static func script(
    _ versions: [MonitorVersion],
    _ steps: [Step]
  ) throws -> TrainingScript {
    var (script, twin) = (TrainingScript(versions), TrainingScript(versions))
    twin.restarts = true
    for step in steps {
      try script.take(step)
      try twin.take(step)
    }
    #expect(twin.judged.map(\.record) == script.judged.map(\.record))
    var chain = VersionChain(versions, [], script.messages, known: .max, limits: Limits())
    var again: [Judged] = []
    for commit in script.commits {
      chain.fold(commit)
      again += chain.advance()
    }
    #expect(again.map(\.record) == script.judged.map(\.record))
    return script
  }

  private mutating func take(_ step: Step) throws {
    switch step {
    case .normal(let hours): try pass(hours) { 10 * $0 + 5 }
    case .high(let hours): try pass(hours) { 85 + $0 }
    case .empty(let hours): hour += hours
    case .completed(let hasSucceeded, let request, let reference, let model):
      let completion = TrainingCompletion(
        request: request ?? requests.last ?? "",
        hasSucceeded: hasSucceeded,
        modelVersion: model,
        reference: reference
      )
      say(.completed(completion))
    case .model(let name): model = name
    case .asked(let trigger):
      say(.asked(TrainingAsk(id: "ask\(messages.count)", trigger: trigger, reason: "new labels")))
    case .published:
      known = Self.next + 1
      scene.count(known: known)
    }
  }

  private mutating func say(_ content: RetrainMessage.Content) {
    messages.append(RetrainMessage(offset: known, content: content))
    known += 1
    scene.count(known: known)
    scene.learn(messages)
  }

  private mutating func pass(_ hours: Int, _ value: (Int) -> Int) throws {
    for _ in 0..<hours {
      let lines = (0..<10).map {
        Hourly.event(Double(hour) + Double($0) / 20, value: value($0), model: model)
      }
      let commit = scene.commit(lines)
      commits.append(commit)
      judged += scene.hand(commit)
      if restarts { try scene.restart(messages) }
      hour += 1
    }
  }

  /// Ids of the requests that were made.
  var requests: [String] {
    judged.compactMap { judged in
      guard case .retrain(let request) = judged.outcome, request.silence == nil else { return nil }
      return judged.version.writer.id(of: request)
    }
  }

  var lines: [String] { judged.compactMap { line($0.outcome) } }

  private func line(_ outcome: Outcome) -> String? {
    switch outcome {
    case .window, .alert: return nil
    case .retrain(let request):
      let spans = request.spans.map { "\(Hourly.hour($0.start))-\(Hourly.hour($0.end))" }
      return "\(end(request.window)) \(request.reason.name): \(request.selection.rows) of "
        + spans.joined(separator: ", ")
    case .refused(let refusal):
      let until = refusal.until.map { " until \(Hourly.hour($0))h" } ?? ""
      return
        "\(end(refusal.window)) \(refusal.reason.name) refused: \(refusal.kind.rawValue)\(until)"
        + (refusal.rows.map { " of \($0)" } ?? "")
    case .expired(let expiry):
      return "\(end(expiry.window)) expired, of \(Hourly.hour(expiry.made))h"
    case .verdict(let verdict):
      let left = verdict.unresolved.isEmpty ? "" : ", \(verdict.unresolved.count) left"
      return "\(end(verdict.window)) \(verdict.kind.rawValue) in \(verdict.windows)\(left)"
    }
  }

  private func end(_ window: Window) -> String { "\(Hourly.hour(window.end))h" }
}
