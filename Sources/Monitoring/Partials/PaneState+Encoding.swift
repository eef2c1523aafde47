import Sketches
import Windowing

extension Population {
  /// Writes a run of the fields; counts and covers stand before the first one.
  func encode(fields range: Range<Int>, into writer: inout ByteWriter) {
    writer.count(range.lowerBound)
    if range.lowerBound == 0 {
      writer.varint(records)
      writer.varint(unexpected)
      covers.encode(into: &writer)
      identifiers?.encode(into: &writer)
      lags?.encode(into: &writer)
      for pair in comoments { pair.encode(into: &writer) }
    }
    writer.count(range.count)
    for field in range { fields[field].encode(into: &writer) }
  }

  /// Adds what `encode(fields:)` wrote of another population of the same version.
  mutating func merge(
    from reader: inout ByteReader,
    of version: ModelVersion?,
    layout: StateLayout,
    format: UInt8
  ) throws(BadEncoding) {
    let layouts = layout.populations[version].fields
    let start = reader.position
    let first = try reader.index("field")
    if first == 0 {
      records.add(try reader.records())
      unexpected.add(try reader.records())
      covers.merge(try [OffsetCover](from: &reader, layout: layout, version: format))
      if identifiers != nil { identifiers?.merge(try DistinctSketch(from: &reader)) }
      if lags != nil { lags?.merge(try LagCounts(from: &reader)) }
      for pair in comoments.indices { comoments[pair].merge(try Comoments(from: &reader)) }
    }
    let count = try reader.count(limit: .max, "fields")
    guard first <= layouts.count, count <= layouts.count - first else {
      throw BadEncoding("fields beyond the last of \(layouts.count)", at: start)
    }
    for field in first..<first + count {
      fields[field].merge(try FieldSummary(from: &reader, layout: layouts[field]))
    }
  }
}

extension ModelVersion {
  /// A version's name is a string of an event, which has a limit of its own.
  private static let nameLimit = 1 << 16

  func encode(into writer: inout ByteWriter) { writer.bytes(bytes) }

  init(from reader: inout ByteReader) throws(BadEncoding) {
    bytes = try reader.bytes(limit: Self.nameLimit)
  }
}

extension PaneState {
  /// Writes everything, for a snapshot.
  func encode(into writer: inout ByteWriter) {
    accounting.encode(into: &writer)
    writer.count(entries.count)
    for entry in entries {
      writer.optional(entry.version) { $1.encode(into: &$0) }
      let population = entry.population
      population.encode(fields: population.fields.indices, into: &writer)
      if !population.segments.isEmpty {
        SegmentRun.whole(of: population.segments).encode(of: population.segments, into: &writer)
      }
    }
  }

  /// Adds what `encode` wrote.
  mutating func merge(
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    accounting.merge(try Accounting(from: &reader))
    for _ in 0..<(try reader.count(limit: .max, "model versions")) {
      let index = try mergePopulation(from: &reader, layout: layout)
      guard !entries[index].population.segments.isEmpty else { continue }
      try mergeSegments(of: index, from: &reader, layout: layout)
    }
  }

  /// Adds a version and a run of its segments.
  mutating func mergeSegments(
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    let version = try reader.optional { (reader) throws(BadEncoding) in
      try ModelVersion(from: &reader)
    }
    try mergeSegments(of: entry(of: version), from: &reader, layout: layout)
  }

  private mutating func mergeSegments(
    of index: Int,
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    let layouts = layout.populations[entries[index].version].segments
    try entries[index].population.segments.merge(from: &reader, layouts: layouts)
  }

  /// Adds a version and a run of its fields.
  ///
  /// - Parameters:
  ///   - reader: Stands where they were written.
  ///   - layout: Of the state.
  ///   - format: Version of the format they were written in.
  /// - Returns: The place of the version's entry.
  /// - Throws: `BadEncoding` when the bytes are nothing of the kind.
  @discardableResult
  mutating func mergePopulation(
    from reader: inout ByteReader,
    layout: StateLayout,
    format: UInt8 = PartialHeader.version
  ) throws(BadEncoding) -> Int {
    let version = try reader.optional { (reader) throws(BadEncoding) in
      try ModelVersion(from: &reader)
    }
    let index = entry(of: version)
    try entries[index].population.merge(
      from: &reader,
      of: version,
      layout: layout,
      format: format
    )
    return index
  }
}
