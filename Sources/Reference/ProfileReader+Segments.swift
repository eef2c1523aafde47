internal import Drift
internal import Records
internal import Sketches

extension ReferenceProfile {
  /// Takes over the segments of a file, each checked like a profile of its own.
  mutating func readSegments(
    _ file: [ProfileFile.SegmentField],
    limits: ProfileLimits
  ) throws(ReferenceError) {
    let count = file.reduce(0) { $0 + $1.values.count }
    try require(
      count <= SegmentLimits.segments,
      "it has \(count) segments; the limit is \(SegmentLimits.segments)"
    )
    var last = -1
    for part in file {
      let place = fields.firstIndex { $0.name.utf8.elementsEqual(part.field.utf8) }
      guard let place, place > last, fields[place].kind == .categorical else {
        throw ReferenceError(
          .badProfile,
          "segments by \(part.field), which is no categorical field, or not in order"
        )
      }
      last = place
      var segments: [Segment] = []
      for segment in part.values {
        do {
          segments.append(try read(segment, of: fields[place], limits: limits))
        } catch {
          throw ReferenceError(
            .badProfile,
            "segment \(part.field)=\(segment.value): \(error.message)"
          )
        }
      }
      let values = Set(segments.map { Array($0.value.utf8) })
      try require(values.count == segments.count, "a segment by \(part.field) is there twice")
      segmentFields.append(SegmentField(name: fields[place].name, segments: segments))
    }
  }

  private func read(
    _ file: ProfileFile.Segment,
    of field: Field,
    limits: ProfileLimits
  ) throws(ReferenceError) -> Segment {
    guard case .categorical(let categorical) = field.reference.distribution,
      let place = categorical.categories.firstIndex(where: {
        $0.utf8.elementsEqual(file.value.utf8)
      })
    else { throw ReferenceError(.badProfile, "it is none of the field's categories") }
    try require(
      file.rows == categorical.counts[place],
      "\(file.rows) rows, and the category has \(categorical.counts[place])"
    )
    try require(
      file.fields.count == fields.count,
      "\(file.fields.count) fields, and the profile has \(fields.count)"
    )
    var limits = limits
    limits.points = min(limits.points, SegmentLimits.points)
    var own: [Field] = []
    for (known, part) in zip(fields, file.fields) {
      do {
        let field = try Field(part, rows: file.rows, limits: limits)
        try require(
          field.name == known.name && field.kind == known.kind && field.types == known.types,
          "another name, kind or type than the profile's \(known.name)"
        )
        own.append(field)
      } catch {
        throw ReferenceError(.badProfile, "field \(part.name): \(error.message)")
      }
    }
    return Segment(value: file.value, rows: file.rows, fields: own)
  }
}
