internal import Foundation
internal import Monitoring
public import Records
public import Reference
public import Rules
internal import Windowing

/// A request to train as it stands in the topic of requests: a CloudEvent in JSON.
public struct RetrainingRequest: Sendable {
  /// Name of the monitor that asks.
  public let monitor: String
  /// How many records are to be trained on.
  public let rows: UInt64
  /// Event times of the records, each from one instant to before another.
  public let windows: [Range<Timestamp>]
  /// `sha256:` of what the monitor judged by.
  public let configuration: String
  /// `sha256:` of the reference that the model version was compared with.
  public let reference: String
  /// The model version; nil where there is none.
  public let version: String?
  private let content: Content

  /// Reads one event.
  ///
  /// - Parameters:
  ///   - json: Its JSON, blank lines around it allowed.
  ///   - name: What to call it in messages.
  /// - Throws: `InputError` for anything but one request to train, made or silenced.
  public init(json: [UInt8], name: String) throws(InputError) {
    let lines = json.split(separator: UInt8(ascii: "\n")).filter { $0.contains { $0 > 0x20 } }
    let isEvent: (ArraySlice<UInt8>) -> Bool = {
      (try? JSONDecoder().decode(Header.self, from: Data($0))) != nil
    }
    if lines.count > 1, lines.allSatisfy(isEvent) {
      throw InputError(
        "\(name): holds \(lines.count) events, and one is asked for: `sed -n 1p \(name)` has the "
          + "first"
      )
    }
    do {
      let type = try JSONDecoder().decode(Header.self, from: Data(json)).type
      guard Self.types.contains(type) else {
        throw InputError("\(name): is no request to train but of type \(type)")
      }
      content = try JSONDecoder().decode(Envelope.self, from: Data(json)).data
      windows = try content.windows.map { try Self.range($0.start, $0.end) }
      for run in content.late_offsets ?? [] {
        _ = try Self.range(run.window_start, run.window_end)
      }
      for cover in content.offsets { try cover.check() }
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError("\(name): is no request to train: \(Self.reason(error, json))")
    }
    (monitor, rows, version) = (content.monitor, content.rows, content.model_version)
    (configuration, reference) = (content.config, content.reference)
  }

  private static let types = [EventType.request, EventType.silencedRequest]

  private static func range(_ start: String, _ end: String) throws -> Range<Timestamp> {
    guard let first = Timestamp(rfc3339: start), let last = Timestamp(rfc3339: end), first < last
    else { throw Problem("\(start) to \(end) is no span of time") }
    return first..<last
  }

  private static func reason(_ error: any Error, _ json: [UInt8]) -> String {
    switch error {
    case let problem as Problem: problem.text
    case DecodingError.keyNotFound(let key, _): "it has no `\(key.stringValue)`"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` is of another kind"
    // The decoder calls JSON invalid that has a number which does not fit, and says no place.
    case _ where (try? JSONSerialization.jsonObject(with: Data(json))) != nil:
      "it has a count below zero, or a number that is too large or not whole"
    default: "it is no JSON"
    }
  }

  /// Whether a plan and its references are what made the request.
  public func isOf(_ plan: Plan, _ references: References) -> Bool {
    EventWriter(plan: plan, references: references)
      .isMaker(of: configuration, reference, version: version)
  }

  /// Width of the panes in which it was counted; nil when it names no records.
  public var paneWidth: Duration? {
    content.offsets.first?.clock.map { .microseconds($0.pane) }
  }

  /// The records, by the places of a plan's topics.
  ///
  /// - Throws: `InputError` for a topic that the plan does not read.
  func selection(_ plan: Plan) throws(InputError) -> TrainingSelection {
    var selection = TrainingSelection()
    selection.rows = rows
    for cover in content.offsets {
      selection.covers.append(try cover.cover(try place(of: cover.topic, plan)))
    }
    for run in content.exclude_offsets {
      selection.excluded.append(try run.cover(try place(of: run.topic, plan)))
    }
    for run in content.late_offsets ?? [] {
      guard let start = Timestamp(rfc3339: run.window_start),
        let end = Timestamp(rfc3339: run.window_end)
      else { continue }
      let last = Timestamp(microseconds: end.microseconds - 1)
      selection.late.append(
        LateRun(
          topic: try place(of: run.topic, plan),
          partition: run.partition,
          start: run.start,
          end: run.end,
          panes: plan.panes.pane(at: start)...plan.panes.pane(at: last)
        )
      )
    }
    return selection
  }

  private func place(of topic: String, _ plan: Plan) throws(InputError) -> Int {
    guard let place = plan.source.topics.firstIndex(of: topic) else {
      throw InputError("the monitor does not read \(topic), which the request is of")
    }
    return place
  }
}

// MARK: The event's JSON

private struct Header: Decodable { var type: String }

private struct Envelope: Decodable { var data: Content }

private struct Problem: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

private struct Content: Decodable {
  var monitor: String
  var model_version: String?
  var rows: UInt64
  var offsets: [Cover]
  var exclude_offsets: [Cover]
  var late_offsets: [Late]?
  var windows: [Span]
  var reference: String
  var config: String

  struct Span: Decodable {
    var start: String
    var end: String
  }

  struct Late: Decodable {
    var topic: String
    var partition: Int
    var start: Int64
    var end: Int64
    var window_start: String
    var window_end: String
  }

  struct Clock: Decodable {
    var pane: Int64
    var watermark: Int64?
    var recent: Int
    var ahead: [Ahead]
    var far_panes: [Int64]
    var time_unit: String?
    var trust: String

    struct Ahead: Decodable {
      var place: Int
      var time: Int64
    }

    /// What the collector knew.
    var start: CoverStart {
      CoverStart(
        clock: PartitionClock.Start(
          watermark: watermark.map { Timestamp(microseconds: $0) },
          recent: recent,
          ahead: ahead.map {
            PartitionClock.Start.Ahead(
              place: $0.place,
              time: Timestamp(microseconds: $0.time)
            )
          },
          farPanes: far_panes
        ),
        timeUnit: time_unit.flatMap { TimeUnit(rawValue: $0) },
        trust: trust == "broker" ? .broker : .producers
      )
    }
  }

  struct Cover: Decodable {
    var topic: String
    var partition: Int
    var start: Int64
    var end: Int64
    var clock: Clock?

    /// What no collector has written is refused.
    func check() throws {
      let instants = Int64.min / 4...Int64.max / 4
      guard start < end, (0...Int(Int32.max)).contains(partition) else {
        throw Problem("`offsets` has an empty run, or one of no partition")
      }
      guard let clock else { return }
      guard (1...instants.upperBound).contains(clock.pane),
        (0...PartitionClock.Start.mostRecent).contains(clock.recent),
        clock.ahead.count <= PartitionClock.Start.mostAhead,
        clock.far_panes.count <= Limits().farPanes,
        (clock.ahead.map(\.time) + [clock.watermark ?? 0]).allSatisfy(instants.contains)
      else { throw Problem("`clock` is none of leeway's") }
    }

    func cover(_ topic: Int) throws(InputError) -> OffsetCover {
      OffsetCover(
        topic: topic,
        partition: partition,
        start: start,
        end: end,
        watermark: clock?.watermark.map { Timestamp(microseconds: $0) },
        before: clock?.start
      )
    }
  }
}
