import Records
import Sketches
import Windowing

extension OffsetCover {
  func encode(into writer: inout ByteWriter) {
    writer.count(topic)
    writer.count(partition)
    writer.signed(start)
    writer.signed(end)
    writer.optional(watermark) { $0.signed($1.microseconds) }
    writer.optional(before) { $1.encode(into: &$0) }
  }

  /// Versions up to 3 of the format do not say what was known before.
  init(
    from reader: inout ByteReader,
    layout: StateLayout,
    version: UInt8
  ) throws(BadEncoding) {
    topic = try reader.index("topic", below: layout.topicCount)
    partition = try reader.index("partition", below: CommitLimits.partitions)
    let begin = reader.position
    start = try reader.signed()
    end = try reader.signed()
    guard start < end else { throw BadEncoding("an empty run of offsets", at: begin) }
    watermark = try reader.instant()
    guard version > 3 else { return }
    let watermark = watermark
    before = try reader.optional { (reader) throws(BadEncoding) in
      try CoverStart(from: &reader, watermark: watermark, layout: layout)
    }
  }
}

extension CoverStart {
  /// Writes all but the watermark.
  fileprivate func encode(into writer: inout ByteWriter) {
    let base = clock.watermark?.microseconds ?? 0
    writer.count(clock.recent)
    writer.count(clock.ahead.count)
    for entry in clock.ahead {
      writer.count(entry.place)
      writer.signed(entry.time.microseconds &- base)
    }
    writer.farPanes(clock.farPanes)
    writer.timeUnit(timeUnit)
    writer.trust(trust)
    writer.optional(brokerMilliseconds) { $0.signed($1) }
  }

  fileprivate init(
    from reader: inout ByteReader,
    watermark: Timestamp?,
    layout: StateLayout
  ) throws(BadEncoding) {
    let base = watermark?.microseconds ?? 0
    let begin = reader.position
    let recent = try reader.index("number of times", below: PartitionClock.Start.mostRecent + 1)
    var ahead: [PartitionClock.Start.Ahead] = []
    for _ in 0..<(try reader.count(limit: PartitionClock.Start.mostAhead, "times")) {
      let place = try reader.index("time", below: recent)
      let time = Timestamp(microseconds: try reader.time(after: base))
      guard ahead.last.map({ $0.place < place }) ?? true, watermark.map({ time > $0 }) ?? true
      else { throw BadEncoding("times that are not ahead, or not in order", at: begin) }
      ahead.append(PartitionClock.Start.Ahead(place: place, time: time))
    }
    self.init(
      clock: PartitionClock.Start(
        watermark: watermark,
        recent: recent,
        ahead: ahead,
        farPanes: try reader.farPanes(limit: layout.limits.farPanes, in: layout.panes)
      ),
      timeUnit: try reader.timeUnit(),
      trust: try reader.trust(),
      brokerMilliseconds: try reader.optional { (reader) throws(BadEncoding) in
        try reader.signed()
      }
    )
  }
}

extension [OffsetCover] {
  func encode(into writer: inout ByteWriter) {
    writer.count(count)
    for cover in self { cover.encode(into: &writer) }
  }

  init(
    from reader: inout ByteReader,
    layout: StateLayout,
    version: UInt8 = PartialHeader.version
  ) throws(BadEncoding) {
    self = []
    for _ in 0..<(try reader.count(limit: .max, "covers")) {
      let start = reader.position
      let cover = try OffsetCover(from: &reader, layout: layout, version: version)
      if let last, (last.topic, last.partition) >= (cover.topic, cover.partition) {
        throw BadEncoding("partitions are not in order", at: start)
      }
      append(cover)
    }
  }
}
