import BenchmarkSupport
import Reference
import Rules
import TestSupport

/// A monitor of generated events, with the reference that it learned from the first of them.
struct Scenario {
  let plan: Plan
  let references: References

  /// A monitor of minutes, whose rules look at all fields for drift and missing values.
  ///
  /// - Parameters:
  ///   - events: Whose first ones are learned from.
  ///   - learned: How many.
  ///   - window: Of the monitor's file: windows, lateness, time.
  ///   - isInSegments: Whether each value of the field `segment` is counted by itself.
  ///   - rules: What is judged.
  /// - Throws: What is wrong with the monitor.
  init(
    learning events: Events,
    learned: Int,
    window: String = Self.minutes,
    isInSegments: Bool = false,
    rules: String = Self.rules
  ) throws {
    var events = events
    let lines = (0..<learned).map { _ in events.event() }
    let segments = isInSegments ? ["segment"] : []
    var profile = try Rows(lines).learn(time: "event_time", segments: segments).profile
    let identifier = profile.fields.firstIndex { $0.name == "event_id" }
    if let identifier { profile.remove(field: identifier) }
    references = References(profile)
    let schema = ReferenceSchema(
      fields: profile.fields.map {
        ReferenceSchema.Field(
          name: $0.name,
          kind: $0.kind,
          hasNatural: false,
          categories: $0.categories
        )
      },
      timeField: "event_time",
      timeUnit: profile.time?.unit
    )
    let result = Checker.check(
      monitor: SourceText(
        file: "monitor.yaml",
        text: Self.monitor + window + (isInSegments ? Self.bySegment : "")
      ),
      rules: [SourceText(file: "rules.yaml", text: rules)],
      schema: schema
    )
    guard let plan = result.plan else { throw BadMonitor(description: result.report) }
    self.plan = plan
  }

  private static let monitor = """
    version: 1
    monitor: bench
    source: { topics: [events] }
    reference: reference.json

    """

  private static let bySegment = "\nsegments: [segment]"

  /// Windows of an hour.
  static let hours = """
    fields: { id: event_id, time: event_time }
    window: { size: 1h }
    """

  /// Windows of a minute.
  static let minutes = """
    fields: { id: event_id, time: event_time }
    window: { size: 1m }
    """

  /// The rules of every monitor of the benchmark, end to end ones included.
  static let rules = """
    version: 1
    budget: 1 per 30d
    rules:
      - name: Stable
        each: features
        expect: drift < 0.1
      - name: Complete
        each: features
        expect: missing < 10%
    """

  private struct BadMonitor: Error, CustomStringConvertible {
    var description: String
  }
}

extension ReferenceProfile {
  /// Leaves a field out, in the segments too.
  fileprivate mutating func remove(field: Int) {
    fields.remove(at: field)
    for (index, part) in segmentFields.enumerated() {
      for segment in part.segments.indices {
        segmentFields[index].segments[segment].fields.remove(at: field)
      }
    }
  }
}
