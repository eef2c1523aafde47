import Foundation
import KafkaClient
import Records
import Sketches
import TestSupport
import Windowing

@testable import Monitoring
@testable import Service

extension FuzzTarget {
  private static let lineage: UInt64 = 7

  private static func evaluator(_ world: FuzzWorld) -> LogEvaluator {
    LogEvaluator(
      versions: [
        MonitorVersion(
          number: MonitorVersion.first,
          from: nil,
          plan: world.plan,
          references: world.references,
          limits: world.limits
        )
      ],
      lineage: lineage,
      offset: 0,
      limits: world.limits
    )
  }

  /// Commits of a stream, each as its records.
  private static func commits(_ world: FuzzWorld) -> [[[UInt8]]] {
    var counter = FuzzCounter(world)
    let layout = StateLayout(
      plan: world.plan,
      references: world.references,
      limits: world.limits
    )
    let name = CollectorName(lineage: lineage, instance: "a", incarnation: 1)
    let writer = PartialsWriter(collector: name)
    let lines = HostileStream.lines(seed: 3, count: 240, step: 60)
    return (0..<6).map { part in
      var batch = RecordBatch()
      for index in part * 40..<part * 40 + 40 {
        let payload = Array(lines[index].utf8)
        batch.append(payload: payload.isEmpty ? nil : payload.span, offset: Int64(index))
      }
      var delta = counter.delta(of: batch)
      delta.deadLetters = []
      let commit = Commit(deltas: [(layout.identity, delta)])
      return writer.records(of: commit, sequence: UInt64(part + 1))
    }
  }

  /// Records one behind the other, each behind its length in two bytes.
  private static func joined(_ records: [[UInt8]]) -> [UInt8] {
    records.flatMap { [UInt8($0.count & 255), UInt8($0.count >> 8)] + $0 }
  }

  private static func parted(_ bytes: [UInt8]) -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count > 2, records.count < 24 {
      let length = Int(rest.removeFirst()) | Int(rest.removeFirst()) << 8
      records.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return records
  }

  /// A writer gone mad: layout and checksum are right, what they are of is not.
  private static func sealed(_ records: [[UInt8]], layout: UInt64) -> [[UInt8]] {
    var checksum: UInt64 = 0
    return records.map { record in
      var reader = ByteReader(record)
      guard var header = try? PartialHeader(from: &reader) else { return record }
      header.layout = layout
      var writer = ByteWriter()
      header.encode(into: &writer)
      let rest = Array(record[reader.position...])
      if header.kind == .piece, let number = try? reader.varint(),
        let body = try? reader.bytes(limit: .max)
      {
        checksum = Hash64.hash(body.span, seed: number == 0 ? 0 : checksum)
        for byte in rest { writer.byte(byte) }
      } else {
        for byte in rest.dropLast(8) { writer.byte(byte) }
        writer.fixed64(Hash64.hash(writer.bytes.span, seed: checksum))
      }
      return writer.bytes
    }
  }

  /// Whatever is taken of the deltas' topic can be judged, written and kept.
  static let delta = FuzzTarget(
    "delta",
    seeds: {
      let commits = Self.commits(try FuzzWorld.shared.get())
      return [joined(commits[0]), joined(commits[0] + commits[3])]
    }
  ) { bytes in
    let world = try FuzzWorld.shared.get()
    let layout = StateLayout(
      plan: world.plan,
      references: world.references,
      limits: world.limits
    )
    var evaluator = Self.evaluator(world)
    for (offset, record) in sealed(parted(bytes), layout: layout.identity).enumerated() {
      for judged in evaluator.take(record, at: Int64(offset)) { _ = judged.record }
    }
    let snapshot = evaluator.snapshot()
    var other = Self.evaluator(world)
    do { try other.restore(snapshot) } catch {
      throw Finding("what was taken cannot be restored: \(error)")
    }
    try Finding.unless(other.snapshot() == snapshot, "what is restored is not what was kept")
    return evaluator.position.commits > 0
  }

  /// A snapshot is refused, or means what it says, and can be gone on from.
  static let snapshot = FuzzTarget(
    "snapshot",
    seeds: {
      let world = try FuzzWorld.shared.get()
      var evaluator = Self.evaluator(world)
      var snapshots = [evaluator.snapshot()]
      for (index, records) in Self.commits(world).enumerated() {
        for record in records { _ = evaluator.take(record, at: evaluator.offset) }
        if index.isMultiple(of: 3) { snapshots.append(evaluator.snapshot()) }
      }
      return snapshots
    }
  ) { bytes in
    let world = try FuzzWorld.shared.get()
    var evaluator = Self.evaluator(world)
    guard (try? evaluator.restore(bytes)) != nil else { return false }
    try Finding.unless(evaluator.snapshot() == bytes, "what is taken is written as something else")
    let offset = max(0, min(evaluator.offset, .max - 64))
    for (index, record) in lastCommits.enumerated() {
      for judged in evaluator.take(record, at: offset + Int64(index)) { _ = judged.record }
    }
    return true
  }

  /// What comes behind the snapshots.
  private static let lastCommits: [[UInt8]] = {
    guard let world = try? FuzzWorld.shared.get() else { return [] }
    return commits(world).suffix(2).flatMap(\.self)
  }()

  /// What stands beside committed offsets.
  static let progress = FuzzTarget(
    "progress",
    seeds: {
      let world = try FuzzWorld.shared.get()
      var evaluator = Self.evaluator(world)
      for record in Self.commits(world)[0] { _ = evaluator.take(record, at: evaluator.offset) }
      let state = StateMetadata(evaluator, incarnation: 3, sequence: 9).text
      var place = SourcePlace.beginning
      place.clock.watermark = Timestamp(microseconds: 1_600_000_000_000_000)
      (place.clock.recent, place.clock.farPanes) = ([1_600_000_000_100_000], [444_500, 444_777])
      let offset = OffsetMetadata(place: place, incarnation: 1, sequence: 2, founding: 4).text
      return [state, offset].map { [UInt8](Data(base64Encoded: $0) ?? Data()) }
    }
  ) { bytes in
    let text = Data(bytes).base64EncodedString()
    let committed = CommittedOffset(TopicPartition("t", 0), offset: 5, metadata: text)
    var isTaken = false
    if let state = StateMetadata(committed) {
      isTaken = true
      let again = CommittedOffset(TopicPartition("t", 0), offset: 5, metadata: state.text)
      try Finding.unless(StateMetadata(again) == state, "a state reads back as another")
      var summary = RunSummary()
      summary.note(state.tally)
      _ = summary.totals
    }
    if let place = OffsetMetadata(offset: 5, text: text) {
      isTaken = true
      let again = OffsetMetadata(offset: 5, text: place.text)
      try Finding.unless(again == place, "a place reads back as another")
    }
    return isTaken
  }

  /// The pieces of snapshots, as they stand in the state's topic.
  static let pieces = FuzzTarget(
    "pieces",
    seeds: {
      let snapshot = evaluator(try FuzzWorld.shared.get()).snapshot()
      let records = SnapshotChunks.records(of: snapshot, number: 4, lineage: lineage, size: 64)
      return [joined(records.map(\.value))]
    }
  ) { bytes in
    var chunks = SnapshotChunks(lineage: lineage)
    for record in parted(bytes) { chunks.take(record) }
    _ = chunks.nextNumber
    return chunks.newest != nil
  }
}
