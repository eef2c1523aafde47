import KafkaClient
import Monitoring
import Rules
import Service

/// The stages of one monitor over a deterministic log, turned by hand.
final class StageBench {
  let stream: Stream
  let broker: FakeBroker
  let names: StageTopics
  /// Changes the settings of the stages that are made from now on.
  var tune: (inout StageSettings) -> Void = { _ in }
  var delivery = FakeBroker.Delivery.exactlyOnce
  var batchLimit = 500
  /// What the clock on the wall says when the broker begins, in seconds since 1970.
  var epoch: Int64 = 0
  /// What operators were told.
  private(set) var notes: [String] = []
  /// Records that were read and committed.
  private(set) var collected: UInt64 = 0
  private var incarnation: UInt64 = 0
  private var positions: [Int]

  /// A bench over a stream, whose topics are there and empty.
  ///
  /// - Parameters:
  ///   - stream: What is monitored.
  ///   - partitions: Of the source in the beginning; nil for all of the stream's.
  init(_ stream: Stream, partitions: Int? = nil) {
    self.stream = stream
    var settings = FakeBroker.Settings()
    settings.sessionTimeout = .seconds(6)
    broker = FakeBroker(settings)
    names = StageTopics(stream.plan)
    positions = stream.partitions.map { _ in 0 }
    broker.createTopic(source, partitions: partitions ?? positions.count)
    for topic in names.outputs + [names.partials, names.state, names.control] {
      broker.createTopic(topic, partitions: 1)
    }
  }

  var source: String { stream.plan.source.topics[0] }

  /// The producers upstream write so many events of each partition.
  func append(_ count: Int, to partitions: [Int]? = nil) {
    for partition in partitions ?? Array(positions.indices) {
      for event in stream.partitions[partition].dropFirst(positions[partition]).prefix(count) {
        let bytes = Array(event.utf8)
        let value = bytes.isEmpty ? nil : bytes
        broker.append(topic: source, partition: Int32(partition), value: value)
        positions[partition] += 1
      }
    }
  }

  /// What a group has committed of each partition of the source.
  func committed(_ group: String? = nil) -> [Int64?] {
    let offsets = broker.groupOffsets(StageTopics(stream.plan, group: group).collectors)
    return positions.indices.map { offsets[TopicPartition(source, Int32($0))]?.offset }
  }

  // MARK: Stages

  private func stage(_ group: String?) -> StageSettings {
    incarnation += 1
    var stage = StageSettings(
      plan: stream.plan,
      references: stream.references,
      names: StageTopics(stream.plan, group: group),
      collector: CollectorName(
        lineage: group == nil ? 7 : 8,
        instance: "a",
        incarnation: incarnation
      ),
      clock: StageClock(
        now: { [broker] in broker.now },
        wallSecond: { [broker, epoch] in epoch + broker.now.components.seconds },
        sleep: { [broker] in broker.advance(by: $0) }
      )
    )
    stage.pollWait = .zero
    tune(&stage)
    return stage
  }

  private func client(_ name: String, group: String, topic: String) -> FakeClient {
    broker.client(
      group: group,
      topics: [topic],
      transactionalID: "\(group).\(name)",
      delivery: delivery,
      batchLimit: batchLimit,
      seed: incarnation
    )
  }

  /// A collector that is not yet a member of its group.
  func collector(group: String? = nil) -> CollectLoop<FakeClient> {
    let stage = stage(group)
    let log = client("collect", group: stage.names.collectors, topic: source)
    return CollectLoop(stage, log: log) { [weak self] in self?.hear($0) }
  }

  /// An evaluator that is not yet a member of its group.
  func evaluator(group: String? = nil) -> EvaluateLoop<FakeClient> {
    let stage = stage(group)
    let log = client("evaluate", group: stage.names.evaluators, topic: names.partials)
    return EvaluateLoop(stage, log: log) { [weak self] in self?.hear($0) }
  }

  private func hear(_ event: StageEvent) {
    switch event {
    case .note(let text): notes.append(text)
    case .collected(let count): collected += count
    default: break
    }
  }

  // MARK: Turning

  /// Turns of one collector, with time in between.
  func turn(_ loop: inout CollectLoop<FakeClient>, _ count: Int) throws {
    for _ in 0..<count {
      try loop.turn()
      broker.advance(by: .milliseconds(200))
    }
  }

  /// Turns of one evaluator, with time in between.
  func turn(_ loop: inout EvaluateLoop<FakeClient>, _ count: Int) throws {
    for _ in 0..<count where !loop.hasEnded {
      try loop.turn()
      broker.advance(by: .milliseconds(200))
    }
  }

  /// A process reads and evaluates what is there, and what comes, and is killed.
  func run(group: String? = nil, turns: Int = 60, growing: Bool = false) throws {
    var collect = collector(group: group)
    var evaluate = evaluator(group: group)
    for _ in 0..<turns {
      if growing { append(1) }
      try turn(&collect, 1)
      try turn(&evaluate, 1)
    }
    broker.kill(collect.log.number)
    broker.kill(evaluate.log.number)
    broker.advance(by: .seconds(30))
  }

  /// What consumers see of an output.
  func written(_ output: Output) -> [String] { broker.texts(output, of: names) }

  /// What the whole stream comes to.
  func expected(_ output: Output) -> [String] {
    (stream.expected()[output] ?? []).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
