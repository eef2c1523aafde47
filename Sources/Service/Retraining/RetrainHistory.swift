internal import Foundation
internal import Monitoring
public import Records

/// Requests to train, and what became of each: as the retraining topic and the control topic have
/// it.
///
/// A pure function of their records. What the evaluator has said of a request counts before what
/// others said.
public struct RetrainHistory: Equatable, Sendable {
  /// What became of a request.
  public enum State: String, Sendable {
    /// It waits for its completion.
    case waiting
    /// There is a new model; the verdict waits for its reference.
    case succeeded
    /// There is none.
    case failed
    /// Nobody answered in time.
    case expired
    /// The alerts it was made for are over under the new reference.
    case resolved
    /// One of them fires there, too.
    case persists
    /// Too little was seen to tell.
    case undecided
    /// It was only said: nobody is to act on it.
    case dryRun = "dry_run"
  }

  /// A request.
  public struct Request: Equatable, Sendable {
    /// Id of its event.
    public var id: String
    /// The trigger.
    public var trigger: String
    /// `drift`, `schedule` or `asked`.
    public var reason: String
    /// End of the window after which it was made.
    public var time: String
    /// Records to train on.
    public var rows: UInt64
    /// Model version of its alerts.
    public var modelVersion: String?
    /// What became of it.
    public var state: State
    /// Fields that moved, most effect first.
    public var fields: [String] = []
  }

  /// A request that was due and not made.
  public struct Refusal: Equatable, Sendable {
    let id: String
    /// The trigger.
    public var trigger: String
    /// What stood against it: `in_flight`, `cooldown`, `at_most` or `min_records`.
    public var kind: String
    /// End of the window after which it was due.
    public var time: String
  }

  /// What was due and not made, in the order of its records.
  public private(set) var refusals: [Refusal] = []
  /// The requests, in the order of their records.
  public private(set) var requests: [Request] = []
  /// Completions that changed nothing, each with why.
  public private(set) var ineffective: [String] = []

  /// Nothing was asked yet.
  public init() {}

  /// Takes the next record of the retraining topic; those of other monitors are passed over.
  mutating func take(_ payload: [UInt8], of monitor: String) {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(payload)),
      event.data.monitor == monitor
    else { return }
    let data = event.data
    if event.type == EventType.request {
      // Under at least once the same may be written twice.
      guard place(of: event.id) == nil else { return }
      requests.append(
        Request(
          id: event.id,
          trigger: data.trigger,
          reason: data.reason ?? "",
          time: event.time,
          rows: data.rows ?? 0,
          modelVersion: data.model_version,
          state: data.dry_run ?? false ? .dryRun : .waiting,
          fields: data.fields ?? []
        )
      )
    } else if event.type == EventType.refusal {
      guard !refusals.contains(where: { $0.id == event.id }) else { return }
      let kind = data.refusal ?? ""
      refusals.append(
        Refusal(id: event.id, trigger: data.trigger, kind: kind, time: event.time)
      )
    } else if let place = data.request.flatMap(place) {
      if event.type == EventType.expiry { requests[place].state = .expired }
      if let verdict = data.verdict.flatMap(State.init) { requests[place].state = verdict }
    }
  }

  /// Takes what was said by the control topic, once all of the retraining topic was.
  mutating func take(_ messages: [RetrainMessage]) {
    var answered: [String: Bool] = [:]
    for message in messages {
      guard case .completed(let completion) = message.content else { continue }
      let name = "the completion of request \(completion.request.prefix(8))"
      guard let place = place(of: completion.request) else {
        ineffective.append("\(name) changes nothing: its request is not in the topic")
        continue
      }
      if let before = answered[completion.request] {
        let said = before ? "succeeded" : "failed"
        ineffective.append("\(name) changes nothing: it was said before that it \(said)")
        continue
      }
      switch requests[place].state {
      case .waiting: requests[place].state = completion.hasSucceeded ? .succeeded : .failed
      case .expired: ineffective.append("\(name) changes nothing: it had expired")
      case .dryRun: ineffective.append("\(name) changes nothing: it was a dry run")
      default: break
      }
      answered[completion.request] = completion.hasSucceeded
    }
  }

  /// The requests whose ids begin so.
  public func requests(named start: String) -> [Request] {
    requests.filter { $0.id.hasPrefix(start) }
  }

  private func place(of id: String) -> Int? { requests.lastIndex { $0.id == id } }

  private struct Event: Decodable {
    struct Payload: Decodable {
      var monitor: String
      var trigger: String
      var reason: String?
      var rows: UInt64?
      var fields: [String]?
      var model_version: String?
      var dry_run: Bool?
      var request: String?
      var verdict: String?
      var refusal: String?
    }

    var type: String
    var id: String
    var time: String
    var data: Payload
  }
}

extension RetrainHistory.Request: JSONWritable {
  /// An object; the id as completions name it.
  public func write(to json: inout JSONText) {
    json.object {
      $0.member("request", id)
      $0.member("trigger", trigger)
      $0.member("reason", reason)
      $0.member("time", time)
      $0.member("rows", rows)
      $0.member("model_version", modelVersion)
      $0.member("state", state.rawValue)
    }
  }
}
