import Drift
import Monitoring
import Records
import Reference
import Rules
import TestSupport
import Windowing

/// A monitor in memory: events in as lines, records out.
struct World {
  var plan: Plan
  var profile: ReferenceProfile
  var limits = Limits()

  /// How a stream is fed; no choice of these may change a byte that comes out.
  struct Feeding {
    /// Decides which partition comes next; nil for one after the other.
    var interleaving: UInt64?
    /// Records decoded at once.
    var batch = 100
    /// Batches between two commits.
    var commit = 1
    /// Collectors that share the partitions.
    var collectors = 1
  }

  /// What came of a run.
  struct Run {
    var records: [OutputRecord] = []
    var outcomes: [Outcome] = []
    var deadLetters: [DeadLetter] = []

    var windows: [WindowResult] {
      outcomes.compactMap { if case .window(let result) = $0 { result } else { nil } }
    }
    var alerts: [Alert] {
      outcomes.compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
    }
    var requests: [RetrainRequest] {
      outcomes.compactMap { if case .retrain(let request) = $0 { request } else { nil } }
    }
    var text: [String] { records.map { String(decoding: $0.value ?? [], as: UTF8.self) } }
  }

  /// Checks the files; a mistake in them fails the test that made them.
  init(
    monitor: String,
    rules: [String] = [],
    reference: [String],
    time: String = "at",
    naturalWindow: Duration? = nil
  ) throws {
    profile = try Rows(reference).learn(time: time, window: naturalWindow).profile
    let schema = ReferenceSchema(
      fields: profile.fields.map {
        ReferenceSchema.Field(
          name: $0.name,
          kind: $0.kind,
          hasNatural: $0.reference.natural != nil
        )
      },
      timeField: time,
      timeUnit: profile.time?.unit
    )
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: rules.enumerated().map { SourceText(file: "rules\($0).yaml", text: $1) },
      schema: schema
    )
    guard let plan = result.plan else { throw BadFiles(report: result.report) }
    self.plan = plan
  }

  struct BadFiles: Error {
    var report: String
  }

  /// Feeds partitions of lines to their ends, killing the process after every so many batches.
  ///
  /// What it had read since its last commit is read again by the next one, from the committed
  /// places.
  func runKilled(_ partitions: [[String]], every lifetime: Int, batch: Int) -> Run {
    var whole = Run()
    var points = partitions.map { _ in ResumePoint.beginning }
    var closedThrough: Timestamp?
    var isFinished = false
    for _ in 0..<100 where !isFinished {
      var machines = Machines(self, partitions.count, Feeding(), points, closedThrough)
      var positions = points.map { Int($0.offset) }
      var batches = 0
      while let index = positions.indices.filter({ positions[$0] < partitions[$0].count })
        .min(by: { positions[$0] < positions[$1] }), batches < lifetime
      {
        let lines = partitions[index][positions[index]...].prefix(batch)
        machines.feed(Array(lines), partition: index, offset: Int64(positions[index]))
        positions[index] += lines.count
        batches += 1
        // The last batches of a life are never committed.
        if batches.isMultiple(of: 3) {
          (points, closedThrough) = machines.commit() ?? (points, closedThrough)
        }
      }
      isFinished = batches < lifetime
      if isFinished { machines.end() }
      whole.records += machines.run.records
      whole.outcomes += machines.run.outcomes
    }
    return whole
  }

  /// Feeds partitions of lines to their ends.
  func run(_ partitions: [[String]], _ feeding: Feeding = Feeding()) -> Run {
    var machines = Machines(self, partitions.count, feeding)
    var remaining = partitions.map { $0[...] }
    var positions = partitions.map { _ in Int64(0) }
    var generator = feeding.interleaving.map { SplitMix64(seed: $0) }
    var batches = 0
    while let index = next(remaining, &generator) {
      let lines = remaining[index].prefix(feeding.batch)
      machines.feed(Array(lines), partition: index, offset: positions[index])
      positions[index] += Int64(lines.count)
      remaining[index] = remaining[index].dropFirst(feeding.batch)
      batches += 1
      if batches.isMultiple(of: feeding.commit) { machines.commit() }
    }
    machines.end()
    return machines.run
  }

  private func next(_ remaining: [ArraySlice<String>], _ generator: inout SplitMix64?) -> Int? {
    let open = remaining.indices.filter { !remaining[$0].isEmpty }
    guard var random = generator else { return open.first }
    defer { generator = random }
    return open.randomElement(using: &random)
  }
}

/// The two stages, joined directly.
private struct Machines {
  var run = World.Run()
  private var collectors: [Collector] = []
  private var evaluator: Evaluator
  private let writer: EventWriter
  private let plan: Plan

  init(
    _ world: World,
    _ partitions: Int,
    _ feeding: World.Feeding,
    _ points: [ResumePoint]? = nil,
    _ closedThrough: Timestamp? = nil
  ) {
    plan = world.plan
    evaluator = Evaluator(
      plan: world.plan,
      profile: world.profile,
      partitions: (0..<partitions).map { (topic: 0, partition: $0) },
      limits: world.limits
    )
    if let closedThrough { evaluator.resume(closedThrough: closedThrough) }
    writer = EventWriter(plan: world.plan, profile: world.profile, limits: world.limits)
    for number in 0..<feeding.collectors {
      var collector = Collector(plan: world.plan, profile: world.profile, limits: world.limits)
      for partition in stride(from: number, to: partitions, by: feeding.collectors) {
        _ = collector.assign(
          topic: 0,
          partition: partition,
          from: points?[partition] ?? .beginning
        )
      }
      collectors.append(collector)
    }
  }

  mutating func feed(_ lines: [String], partition: Int, offset: Int64) {
    let collector = partition % collectors.count
    let layout = collectors[collector].layout
    var decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    var batch = RecordBatch()
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      batch.append(payload: bytes.isEmpty ? nil : bytes.span, offset: offset + Int64(index))
    }
    var columns = ColumnBatch()
    decoder.decode(batch, into: &columns)
    collectors[collector].ingest(columns, of: batch, handle: partition / collectors.count)
  }

  /// - Returns: What a commit would store; nil while no window was closed.
  @discardableResult
  mutating func commit() -> (points: [ResumePoint], closedThrough: Timestamp?)? {
    for index in collectors.indices {
      let delta = collectors[index].takeDelta()
      run.deadLetters += delta.deadLetters
      evaluator.fold(delta)
    }
    for outcome in evaluator.advance() {
      run.outcomes.append(outcome)
      run.records.append(writer.record(outcome))
    }
    guard let pane = evaluator.firstOpenPane else { return nil }
    collectors[0].finish(before: pane)
    let handles = 0..<collectors[0].partitionCount
    return (handles.map { collectors[0].resumePoint(of: $0) }, evaluator.closedThrough)
  }

  mutating func end() {
    for index in collectors.indices {
      for handle in 0..<collectors[index].partitionCount { collectors[index].end(handle) }
    }
    commit()
  }
}
