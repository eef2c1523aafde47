internal import Records
public import Rules
internal import Windowing

/// Something that is not as a test expects it.
public struct TestFailure: Equatable, Sendable {
  /// Where the expectation stands in the test file.
  public var position: Position
  /// `at 4d (2024-01-05T00:00:00Z)`.
  public var time: String
  /// `alerts`, `triggers` or `training`.
  public var subject: String
  /// What was expected, a line each, sorted.
  public var expected: [String]
  /// What there was, likewise.
  public var got: [String]
  /// What was measured for lines of `got`, by these.
  public var evidence: [String: String]
}

/// Compares what a monitor said with what a test expects.
struct ExpectationCheck {
  private let timeline: AlertTimeline
  private let start: Int64
  private(set) var failures: [TestFailure] = []

  init(_ timeline: AlertTimeline, test: RuleTest, start: Timestamp) {
    self.timeline = timeline
    self.start = start.microseconds
    var before = Int64.min
    for expectation in test.expectations {
      let time = self.start + expectation.time.value.microseconds
      if let alerts = expectation.alerts { check(alerts, of: expectation, before, time) }
      if let triggers = expectation.triggers { check(triggers, of: expectation, before, time) }
      if let training = expectation.training { check(training, of: expectation, before, time) }
      before = time
    }
  }

  /// The first time of those that an expectation is of at which the alerts are others.
  private mutating func check(
    _ expected: [ExpectedAlert],
    of expectation: TestExpectation,
    _ before: Int64,
    _ time: Int64
  ) {
    var times = [time]
    if expectation.isThroughout {
      times = timeline.alerts.map(\.time).filter { before < $0 && $0 < time }.sorted() + times
    }
    for moment in times {
      let standing = timeline.standing(at: moment)
      guard let failure = failure(expected, standing, of: expectation, at: moment) else { continue }
      return failures.append(failure)
    }
  }

  private func failure(
    _ expected: [ExpectedAlert],
    _ standing: [AlertTimeline.Alert],
    of expectation: TestExpectation,
    at time: Int64
  ) -> TestFailure? {
    var rest = expected
    var (wanted, got): ([String], [String]) = ([], [])
    var evidence: [String: String] = [:]
    // Those that are as expected are paired first, then those that differ in part only.
    var open: [AlertTimeline.Alert] = []
    for alert in standing {
      guard let index = rest.firstIndex(where: { $0.accepts(alert) }) else {
        open.append(alert)
        continue
      }
      let label = alert.label(rest[index].furtherKeys)
      wanted.append(label)
      got.append(label)
      rest.remove(at: index)
    }
    for alert in open {
      let like = rest.firstIndex { $0.isAbout(alert) }
      let furtherKeys = like.map { rest[$0].furtherKeys } ?? []
      let label = alert.label(furtherKeys)
      got.append(label)
      evidence[label] = alert.evidence
      if let like {
        var values = rest.remove(at: like).values.mapValues(\.value)
        values[.field] = alert.values[.field]
        wanted.append(AlertLabel.text(values, furtherKeys))
      }
    }
    wanted += rest.map(\.label)
    guard !open.isEmpty || !rest.isEmpty else { return nil }
    return TestFailure(
      position: expectation.time.position,
      time: describe(expectation, time),
      subject: "alerts",
      expected: wanted.sorted(),
      got: got.sorted(),
      evidence: evidence
    )
  }

  private mutating func check(
    _ expected: [ExpectedTrigger],
    of expectation: TestExpectation,
    _ before: Int64,
    _ time: Int64
  ) {
    let requests = timeline.requests.filter { before < $0.time && $0.time <= time }.map(\.request)
    var rest = expected
    var (wanted, got): ([String], [String]) = ([], [])
    for request in requests {
      let whole = rest.firstIndex { $0.accepts(request) }
      let like = whole ?? rest.firstIndex { $0.name.value == request.trigger }
      let hasFields = like.map { rest[$0].fields != nil } ?? true
      let fields = request.fields.joined(separator: ", ")
      got.append(hasFields && !fields.isEmpty ? "\(request.trigger)(\(fields))" : request.trigger)
      if let like { wanted.append(rest.remove(at: like).label) }
    }
    wanted += rest.map(\.label)
    fail("triggers", wanted, got, of: expectation, at: time)
  }

  private mutating func check(
    _ expected: [ExpectedTraining],
    of expectation: TestExpectation,
    _ before: Int64,
    _ time: Int64
  ) {
    var rest = expected
    var (wanted, got): ([String], [String]) = ([], [])
    for (_, said) in timeline.training.filter({ before < $0.time && $0.time <= time }) {
      guard let place = rest.firstIndex(where: { $0.accepts(said) }) else {
        got.append(said.label)
        continue
      }
      let label = rest.remove(at: place).label
      wanted.append(label)
      got.append(label)
    }
    fail("training", wanted + rest.map(\.label), got, of: expectation, at: time)
  }

  private mutating func fail(
    _ subject: String,
    _ wanted: [String],
    _ got: [String],
    of expectation: TestExpectation,
    at time: Int64
  ) {
    guard wanted.sorted() != got.sorted() else { return }
    failures.append(
      TestFailure(
        position: expectation.time.position,
        time: describe(expectation, time),
        subject: subject,
        expected: wanted.sorted(),
        got: got.sorted(),
        evidence: [:]
      )
    )
  }

  private func describe(_ expectation: TestExpectation, _ time: Int64) -> String {
    let since = DurationText.text(of: .microseconds(max(0, time - start)))
    let until =
      expectation.isThroughout && time < start + expectation.time.value.microseconds
      ? ", until \(DurationText.text(of: expectation.time.value))" : ""
    return "at \(since)\(until) (\(Timestamp(microseconds: time)))"
  }
}

extension ExpectedAlert {
  /// Keys beyond those that say what an alert is about, and its state.
  fileprivate var furtherKeys: Set<Key> {
    Set(values.keys).subtracting([.rule, .field, .segment, .state])
  }

  fileprivate var label: String { AlertLabel.text(values.mapValues(\.value), furtherKeys) }

  /// Whether an alert is the one expected, whatever else it says.
  fileprivate func isAbout(_ alert: AlertTimeline.Alert) -> Bool {
    values[.rule]?.value == alert.values[.rule]
      && (values[.field].map { $0.value == alert.values[.field] } ?? true)
      && (values[.segment]?.value ?? "all") == (alert.values[.segment] ?? "all")
  }

  /// Whether an alert is as expected in all that is.
  fileprivate func accepts(_ alert: AlertTimeline.Alert) -> Bool {
    isAbout(alert) && (values[.state]?.value ?? "firing") == alert.values[.state]
      && furtherKeys.allSatisfy { values[$0]?.value == alert.values[$0] }
  }
}

extension ExpectedTrigger {
  fileprivate var label: String {
    guard let fields, !fields.isEmpty else { return name.value }
    return "\(name.value)(\(fields.map(\.value).joined(separator: ", ")))"
  }

  fileprivate func accepts(_ request: AlertTimeline.Request) -> Bool {
    name.value == request.trigger && (fields.map { $0.map(\.value) == request.fields } ?? true)
  }
}

extension ExpectedTraining {
  fileprivate var label: String {
    let details = [reason, refusal].compactMap(\.self)
    return "\(event.rawValue) \(trigger.value)"
      + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
  }

  fileprivate func accepts(_ said: AlertTimeline.Training) -> Bool {
    trigger.value == said.trigger && event.rawValue == said.event
      && (reason.map { $0 == said.reason } ?? true)
      && (refusal.map { $0 == said.refusal } ?? true)
  }
}

extension AlertTimeline.Training {
  fileprivate var label: String {
    let details = [reason, refusal].compactMap(\.self)
    return "\(event) \(trigger)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
  }
}
