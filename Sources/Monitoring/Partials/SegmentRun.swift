import Sketches

/// What a piece of a commit holds of a pane.
enum PiecePart: UInt8 {
  /// Records that were not accepted.
  case accounting = 0
  /// A run of a model version's fields.
  case fields = 1
  /// A run of a model version's segments.
  case segments = 2
}

/// Some fields of some segments with records: all those of the segments between, and those of the
/// first and the last one that the run has room for.
struct SegmentRun {
  /// Segments and their fields, by increasing segments.
  private(set) var parts: [(segment: Int, fields: Range<Int>)] = []

  /// All fields of all segments with records.
  static func whole(of segments: [SegmentCounts?]) -> SegmentRun {
    var run = SegmentRun()
    for (index, counts) in segments.enumerated() {
      if let counts { run.parts.append((index, counts.fields.indices)) }
    }
    return run
  }

  /// All fields of all segments with records, in runs none of which is much larger than so many
  /// bytes.
  static func pieces(of segments: [SegmentCounts?], size limit: Int) -> [SegmentRun] {
    var pieces: [SegmentRun] = []
    var (run, size) = (SegmentRun(), 0)
    for (index, counts) in segments.enumerated() {
      guard let counts else { continue }
      var first = 0
      repeat {
        var end = first
        while end < counts.fields.count, size < limit {
          var writer = ByteWriter()
          counts.fields[end].encode(into: &writer)
          size += writer.count
          end += 1
        }
        run.parts.append((index, first..<end))
        first = end
        if size >= limit {
          pieces.append(run)
          (run, size) = (SegmentRun(), 0)
        }
      } while first < counts.fields.count
    }
    return run.parts.isEmpty ? pieces : pieces + [run]
  }

  /// Writes the run; a segment's count stands before its first field.
  func encode(of segments: [SegmentCounts?], into writer: inout ByteWriter) {
    writer.count(parts.count)
    for (segment, range) in parts {
      guard let counts = segments[segment] else { continue }
      writer.count(segment)
      writer.count(range.lowerBound)
      if range.lowerBound == 0 { writer.varint(counts.records) }
      writer.count(range.count)
      for field in range { counts.fields[field].encode(into: &writer) }
    }
  }
}

extension [SegmentCounts?] {
  /// Adds what a run holds.
  ///
  /// - Parameters:
  ///   - reader: Stands where the run was written.
  ///   - layouts: Of each segment's fields.
  /// - Throws: `BadEncoding` when the bytes are no run of segments of these layouts.
  mutating func merge(
    from reader: inout ByteReader,
    layouts: [[FieldSummary.Layout]]
  ) throws(BadEncoding) {
    var last: Int?
    for _ in 0..<(try reader.count(limit: count, "segments")) {
      let start = reader.position
      let segment = try reader.index("segment", below: count)
      guard last.map({ $0 < segment }) ?? true else {
        throw BadEncoding("segments are not in order", at: start)
      }
      last = segment
      var part = self[segment] ?? SegmentCounts(layouts[segment])
      self[segment] = nil
      try part.merge(from: &reader, layouts: layouts[segment])
      self[segment] = part
    }
  }
}

extension SegmentCounts {
  fileprivate mutating func merge(
    from reader: inout ByteReader,
    layouts: [FieldSummary.Layout]
  ) throws(BadEncoding) {
    let start = reader.position
    let first = try reader.index("field")
    if first == 0 { records.add(try reader.records()) }
    let count = try reader.count(limit: .max, "fields")
    guard first <= layouts.count, count <= layouts.count - first else {
      throw BadEncoding("fields beyond the last of \(layouts.count)", at: start)
    }
    for field in first..<first + count {
      fields[field].merge(try FieldSummary(from: &reader, layout: layouts[field]))
    }
  }
}
