public import Records

/// A categorical field by whose values records are also counted apart: each value of the reference
/// has a segment, all others and missing ones have one together.
public struct SegmentField: Equatable, Sendable {
  /// Name of the segment of all other values; a value of that name belongs to it.
  public static let other = "__other__"

  /// As the reference names it.
  public var name: String
  /// Where it stands in the event.
  public var path: FieldPath
  /// Values with a segment of their own, in the reference's order.
  public var values: [String]

  /// The field of some values.
  public init(name: String, path: FieldPath, values: [String]) {
    (self.name, self.path, self.values) = (name, path, values.filter { $0 != Self.other })
  }

  /// Segments, that of other values included, which is the last.
  public var segmentCount: Int { values.count + 1 }
}

extension Plan {
  /// The name of the segment that is no segment: all records.
  public static let allRecords = "all"

  /// Segments of all fields together, numbered field after field.
  public var segmentCount: Int { segmentFields.reduce(0) { $0 + $1.segmentCount } }

  /// The segments of one of the segment fields.
  public func segments(of field: Int) -> Range<Int> {
    let start = segmentFields[..<field].reduce(0) { $0 + $1.segmentCount }
    return start..<start + segmentFields[field].segmentCount
  }

  /// `all`, `carrier=AA` or `carrier=__other__`.
  public func name(ofSegment segment: Int?) -> String {
    guard var position = segment else { return Self.allRecords }
    for field in segmentFields {
      if position < field.values.count { return "\(field.name)=\(field.values[position])" }
      if position == field.values.count { return "\(field.name)=\(SegmentField.other)" }
      position -= field.segmentCount
    }
    preconditionFailure("no segment \(position)")
  }

  /// The number of each segment by its name, in UTF-8; `all` is none.
  ///
  /// - Complexity: O(segments).
  public var segmentsByName: [[UInt8]: Int] {
    Dictionary(
      uniqueKeysWithValues: (0..<segmentCount).map { (Array(name(ofSegment: $0).utf8), $0) }
    )
  }

  /// Distributions of the references that are compared with at most: each may be off, and what it
  /// may be off by is shared among them.
  public var comparedDistributions: Int { fields.count * (1 + segmentCount) }
}
