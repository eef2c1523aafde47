internal import Monitoring
internal import Records
internal import Reference
public import Rules
internal import Windowing

/// Runs tests: made events go through the very machines that run in production.
///
/// Virtual time is when events come. Whenever an eighth of a pane's length of it has passed, or a
/// minute where a rule is judged by the clock, what was counted is handed over, as a commit does.
public struct RuleTestRun {
  private let plan: Plan
  private let references: References
  private let file: TestFile

  /// The tests of a file; nil when it has errors.
  public init?(_ tests: LoadedTests) {
    guard let plan = tests.plan, let references = tests.references, let file = tests.file else {
      return nil
    }
    (self.plan, self.references, self.file) = (plan, references, file)
  }

  /// Runs one test.
  ///
  /// - Returns: What is not as expected.
  /// - Throws: `InputError` when a fixture cannot be read.
  public func run(_ test: RuleTest) throws -> [TestFailure] {
    let timeline = try timeline(of: test)
    return ExpectationCheck(timeline, test: test, start: start(of: test)).failures
  }

  /// What the monitor says while a test runs.
  func timeline(of test: RuleTest) throws -> AlertTimeline {
    let stream = test.fixture == nil ? file.stream : nil
    var drive = Drive(plan, references, start: start(of: test), pace: stream?.pace(of: test))
    drive.control = test.control
    let end = test.expectations.last.map { start(of: test).after($0.time.value) }
    if let fixture = test.fixture {
      try drive.run(Fixture(MonitorBundle.resolve(fixture.value, from: file.file)))
    } else if let stream, let end {
      let maker = EventMaker(
        stream,
        phases: test.phases,
        start: start(of: test),
        length: end - start(of: test).microseconds,
        seed: test.seed ?? SeedText.seed(of: test.name.value),
        time: plan.roles.time,
        unit: plan.roles.timeUnit
      )
      try drive.run(maker, until: end)
    }
    return drive.timeline
  }

  private func start(of test: RuleTest) -> Timestamp {
    test.start ?? file.stream?.start ?? TestStream.standardStart
  }
}

/// Lets a stream of events go through both stages as virtual time passes.
private struct Drive: ~Copyable {
  private(set) var timeline: AlertTimeline
  private var stages: JoinedStages
  private let plan: Plan
  private let isOfClock: Bool
  private let start: Timestamp
  /// What is still to be said to triggers.
  var control: [TestControl] = []
  private var batch = RecordBatch()
  private var offset: Int64 = 0
  /// When what was counted is handed over next, microseconds since 1970.
  private var nextCommit: Int64

  private static let batchLimit = 512

  init(_ plan: Plan, _ references: References, start: Timestamp, pace: Int64?) {
    (self.plan, self.start) = (plan, start)
    stages = JoinedStages(plan: plan, references: references, counts: [1])
    timeline = AlertTimeline(lateness: plan.lateness, pace: pace)
    isOfClock = plan.rules.contains { $0.condition.tests.contains { $0.metric.isOfClock } }
    nextCommit = start.microseconds
  }

  private var step: Int64 {
    isOfClock ? 60_000_000 : max(1_000_000, plan.panes.width / 8)
  }

  /// Made events, until no window that ended by a time is open any more.
  mutating func run(_ events: consuming EventMaker, until end: Int64) throws {
    let sizes = plan.windows.map { ($0.atMost ?? $0.size).microseconds }
    let limit = end + plan.lateness.microseconds + 3 * (sizes.max() ?? 0)
    while events.next(), events.arrival <= limit {
      if events.arrival > end, isClosed(end) { break }
      try pass(to: events.arrival)
      batch.append(
        payload: events.json.bytes.span,
        offset: offset,
        brokerMilliseconds: events.arrival.dividedDown(by: 1_000).quotient
      )
      offset += 1
      if batch.count == Self.batchLimit { try count() }
    }
    try pass(to: max(end, nextCommit) + 1)
  }

  /// The events of a file: each comes at its own time, or with the one before if that is later.
  mutating func run(_ fixture: Fixture) throws {
    var time = TimeField(path: plan.roles.time, unit: plan.roles.timeUnit)
    var decoder = JSONRecordDecoder(fields: [FieldRequest(path: plan.roles.time)])
    var columns = ColumnBatch()
    var now = nextCommit
    try fixture.forEachBatch { read in
      decoder.decode(read, into: &columns)
      for row in 0..<read.count {
        if case .ok = columns.status(row),
          case .success(let own) = time.read(columns, column: 0, row: row)
        {
          now = max(now, own.microseconds)
        }
        try pass(to: now)
        read.withPayload(row) { batch.append(payload: $0, offset: offset) }
        offset += 1
        if batch.count == Self.batchLimit { try count() }
      }
    }
    try count()
    stages.end(0)
    timeline.now = nil
    try stages.commit(into: &timeline)
  }

  private func isClosed(_ end: Int64) -> Bool {
    guard let watermark = stages.watermark(of: 0) else { return false }
    return watermark.microseconds >= end + plan.lateness.microseconds
  }

  /// Lets time pass, and hands over what was counted at each step of it.
  private mutating func pass(to time: Int64) throws {
    guard time > nextCommit else { return }
    try count()
    repeat {
      timeline.now = nextCommit
      say(until: nextCommit)
      let second = nextCommit.dividedDown(by: 1_000_000).quotient
      try stages.commit(into: &timeline, wallSecond: isOfClock ? second : nil)
      nextCommit += step
    } while isOfClock && nextCommit < time
    // Nothing happens in a time in which nothing comes, but for what the clock says.
    let steps = max(0, time - nextCommit).dividedDown(by: step)
    nextCommit += (steps.quotient + (steps.remainder > 0 ? 1 : 0)) * step
  }

  /// Says to triggers what is due.
  private mutating func say(until time: Int64) {
    while let next = control.first, start.after(next.time.value) <= time {
      control.removeFirst()
      let trigger = next.trigger.value
      let content: RetrainMessage.Content
      switch next.content {
      case .asked(let reason):
        let ask = TrainingAsk(id: "\(control.count)", trigger: trigger, reason: reason)
        content = .asked(ask)
      case .completed(let hasSucceeded):
        guard let request = timeline.lastRequest(of: trigger) else { continue }
        content = .completed(
          TrainingCompletion(request: request, hasSucceeded: hasSucceeded)
        )
      }
      stages.hear(RetrainMessage(offset: 0, content: content))
    }
  }

  private mutating func count() throws {
    while batch.count > 0 {
      batch.removeFirst(stages.ingest(batch, partition: 0))
      if stages.isHeavy {
        timeline.now = nextCommit
        try stages.commit(into: &timeline)
      }
    }
    batch.removeAll()
  }
}

extension TestStream {
  /// The longest time between two events while there are any, in microseconds.
  fileprivate func pace(of test: RuleTest) -> Int64 {
    let paces = [flow.pace] + test.phases.map(\.flow.pace)
    return paces.compactMap { pace in
      if case .every(let time) = pace { time.microseconds } else { nil }
    }.max() ?? 0
  }
}

extension Timestamp {
  fileprivate func after(_ duration: Duration) -> Int64 { microseconds + duration.microseconds }
}
