import Records

@testable import Monitoring

/// Counts the records of the hostile stream's only partition.
struct FuzzCounter: ~Copyable {
  private var collector: Collector
  private let handle: Int
  private var decoder: JSONRecordDecoder
  private var columns = ColumnBatch()

  init(_ world: FuzzWorld) {
    collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    collector.partitionCounts = [1]
    handle = collector.assign(topic: 0, partition: 0)
    decoder = JSONRecordDecoder(fields: collector.layout.requests, known: collector.layout.known)
  }

  /// What is to be committed of a batch.
  mutating func delta(of batch: RecordBatch) -> Delta {
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    return collector.takeDelta()
  }
}
