internal import Drift

extension ReferenceProfile {
  /// The distributions of a field's values, each by itself.
  public struct SegmentField: Equatable, Sendable {
    /// Name of a categorical field of the profile.
    public var name: String
    /// Its segments, each value once.
    public var segments: [Segment]

    /// The segments of a field.
    public init(name: String, segments: [Segment]) {
      (self.name, self.segments) = (name, segments)
    }
  }

  /// The rows with one value of a field.
  public struct Segment: Equatable, Sendable {
    /// The value.
    public var value: String
    /// How many rows.
    public var rows: UInt64
    /// The profile's fields in these rows, in its order.
    public var fields: [Field]

    /// The rows with a value.
    public init(value: String, rows: UInt64, fields: [Field]) {
      (self.value, self.rows, self.fields) = (value, rows, fields)
    }
  }

  /// The distributions of one segment; nil where they were not learned.
  ///
  /// - Parameters:
  ///   - value: Compared byte by byte.
  ///   - field: Name of the field whose value it is.
  /// - Returns: The profile's fields in the rows with that value, in its order.
  public func fields(ofSegment value: String, of field: String) -> [Field]? {
    segmentFields.first { $0.name == field }?
      .segments.first { $0.value.utf8.elementsEqual(value.utf8) }?.fields
  }
}

extension ReferenceProfile.Field {
  /// The same with so few points as a segment has.
  public var thinned: ReferenceProfile.Field {
    guard case .numeric(let numeric) = reference.distribution else { return self }
    var field = self
    field.reference.distribution = .numeric(numeric.thinned(to: SegmentLimits.points))
    return field
  }
}
