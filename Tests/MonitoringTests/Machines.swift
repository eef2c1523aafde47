import Monitoring
import Records
import Sketches
import TestSupport
import Windowing

/// The two stages and what joins them: directly, or a log.
struct Machines {
  private enum Second {
    case direct(Evaluator, [Outcome])
    case log(LogStage)
  }

  /// Records read of each partition.
  var positions: [Int] { handles.map { Int(collectors[$0.collector].place(of: $0.handle).offset) } }

  private let world: World
  private let feeding: World.Feeding
  private let handles: [(collector: Int, handle: Int)]
  private var collectors: [Collector] = []
  /// Places of the partitions at the last commit, as a broker keeps them; nil before the first.
  private var places: [(offset: Int64, metadata: [UInt8])?]
  private var second: Second
  private var deadLetters: [DeadLetter] = []

  init(_ world: World, _ partitions: Int, _ feeding: World.Feeding) {
    (self.world, self.feeding) = (world, feeding)
    handles = (0..<partitions).map { ($0 % feeding.collectors, $0 / feeding.collectors) }
    places = handles.map { _ in nil }
    if let seed = feeding.log {
      second = .log(LogStage(world, collectors: feeding.collectors, seed: seed))
    } else {
      let evaluator = Evaluator(
        plan: world.plan,
        references: world.references,
        limits: world.limits
      )
      second = .direct(evaluator, [])
    }
    start()
  }

  /// Collectors that know nothing but the places committed.
  private mutating func start() {
    collectors = (0..<feeding.collectors).map { _ in
      var collector = Collector(
        plan: world.plan,
        references: world.references,
        limits: world.limits
      )
      collector.partitionCounts = [handles.count]
      return collector
    }
    for (partition, place) in places.enumerated() {
      let restored = place.map { SourcePlace(offset: $0.offset, metadata: $0.metadata) }
      _ = collectors[handles[partition].collector].assign(
        topic: 0,
        partition: partition,
        from: restored ?? .beginning
      )
    }
  }

  mutating func feed(_ lines: [String], partition: Int) {
    let (collector, handle) = handles[partition]
    collectors[collector].ingest(
      lines,
      handle: handle,
      brokerMilliseconds: feeding.brokerMilliseconds
    )
  }

  mutating func commit() {
    let deltas = collectors.indices.map { collectors[$0].takeDelta() }
    deadLetters += deltas.flatMap(\.deadLetters)
    for (partition, owner) in handles.enumerated() {
      let place = collectors[owner.collector].place(of: owner.handle)
      places[partition] = (place.offset, place.metadata)
    }
    switch second {
    case .direct(var evaluator, let outcomes):
      for delta in deltas { evaluator.fold(delta) }
      let news = evaluator.advance()
      second = .direct(evaluator, outcomes + news)
    case .log(var stage):
      stage.commit(deltas)
      second = .log(stage)
    }
  }

  /// Ends all collectors between two commits: what they read since the last one is read again.
  mutating func kill() {
    if case .log(var stage) = second {
      stage.kill(collectors.indices.map { collectors[$0].takeDelta() })
      second = .log(stage)
    }
    start()
  }

  mutating func end() -> World.Run {
    for owner in handles { collectors[owner.collector].end(owner.handle) }
    commit()
    let writer = EventWriter(plan: world.plan, references: world.references, limits: world.limits)
    var run = World.Run(deadLetters: deadLetters)
    switch second {
    case .direct(let evaluator, let outcomes):
      (run.outcomes, run.tally) = (outcomes, evaluator.tally)
    case .log(var stage):
      (run.outcomes, run.tally) = stage.end()
    }
    run.records = run.outcomes.map { writer.record($0) }
    return run
  }
}

extension Collector {
  /// Reads lines of one partition; a blank one is a tombstone.
  mutating func ingest(_ lines: [String], handle: Int, brokerMilliseconds: Int64? = nil) {
    var decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    let first = place(of: handle).offset
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      batch.append(
        payload: bytes.isEmpty ? nil : bytes.span,
        offset: first + Int64(index),
        brokerMilliseconds: brokerMilliseconds
      )
    }
    decoder.decode(batch, into: &columns)
    ingest(columns, of: batch, handle: handle)
  }
}

extension SourcePlace {
  /// What is kept beside the offset.
  var metadata: [UInt8] {
    var writer = ByteWriter()
    encode(into: &writer)
    return writer.bytes
  }

  /// A place as it was kept; the beginning when the bytes are none.
  init(offset: Int64, metadata: [UInt8]) {
    var reader = ByteReader(metadata)
    self = (try? SourcePlace(offset: offset, from: &reader)) ?? .beginning
  }
}
