import BenchmarkSupport
import Monitoring
import Records
import Reference
import Windowing

/// The work that stage 1 does for each record, without a broker: decode, check, window, count.
struct InMemory {
  private static let rowsPerBatch = 2_048

  private let scenario: Scenario
  private let batches: [RecordBatch]
  /// Events in all.
  let count: Int

  /// Generates events of a shape.
  ///
  /// - Parameters:
  ///   - shape: Theirs.
  ///   - count: How many.
  ///   - numbers: Of each event.
  ///   - categories: Of each event.
  ///   - learned: Events that the reference is learned from.
  ///   - window: Of the monitor's file.
  ///   - segments: Values of the field `segment`; 0 for no such field.
  ///   - isInSegments: Whether each of them is counted by itself.
  /// - Throws: What is wrong with the monitor.
  init(
    _ shape: EventShape = .fixed,
    count: Int = 100_000,
    numbers: Int = 12,
    categories: Int = 5,
    learned: Int = 20_000,
    window: String = Scenario.minutes,
    segments: Int = 0,
    isInSegments: Bool = false
  ) throws {
    var events = Events(
      shape.learnable,
      numbers: numbers,
      categories: categories,
      segments: segments
    )
    scenario = try Scenario(
      learning: events,
      learned: learned,
      window: window,
      isInSegments: isInSegments
    )
    self.count = count
    events = Events(shape, numbers: numbers, categories: categories, segments: segments)
    batches = stride(from: 0, to: count, by: Self.rowsPerBatch).map { start in
      var batch = RecordBatch()
      for offset in start..<min(count, start + Self.rowsPerBatch) {
        batch.append(
          payload: Array(events.event().utf8).span,
          offset: Int64(offset),
          brokerMilliseconds: Int64(Events.start + offset)
        )
      }
      return batch
    }
  }

  /// Decodes all events.
  func decode() {
    var decoder = makeDecoder()
    var columns = ColumnBatch()
    for batch in batches { decoder.decode(batch, into: &columns) }
  }

  /// A collector that has counted nothing.
  func makeCollector() -> Collector {
    let (plan, references) = (scenario.plan, scenario.references)
    var collector = Collector(plan: plan, references: references, limits: Limits())
    collector.partitionCounts = [1]
    return collector
  }

  /// Decodes and counts the first events, whole batches of them.
  @discardableResult
  func run(first limit: Int = .max) -> Delta {
    var collector = makeCollector()
    return run(on: &collector, first: limit)
  }

  /// Decodes and counts the first events with a collector that is there, and hands them over.
  @discardableResult
  func run(on collector: inout Collector, first limit: Int = .max) -> Delta {
    let handle = collector.assign(topic: 0, partition: collector.partitionCount)
    var decoder = makeDecoder()
    var columns = ColumnBatch()
    var taken = 0
    for batch in batches where taken < limit {
      decoder.decode(batch, into: &columns)
      collector.ingest(columns, of: batch, handle: handle)
      taken += batch.count
    }
    return collector.takeDelta()
  }

  /// Multiplies once for each byte: what the same bytes cost where nothing is understood of them.
  func hash() -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for batch in batches {
      for byte in batch.bytes[..<batch.byteCount] {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    return hash
  }

  private func makeDecoder() -> JSONRecordDecoder {
    let layout = RecordLayout(plan: scenario.plan, references: scenario.references)
    return JSONRecordDecoder(fields: layout.requests, known: layout.known)
  }
}
