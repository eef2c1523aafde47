public import Drift
public import Records
internal import Sketches

/// What "normal" is: the distributions that live data are compared with.
///
/// Learned from rows by `ProfileLearner`, saved as JSON. Its identity is the SHA-256 of its
/// content, so that alerts can name the reference they judged by, and a file that was edited by
/// hand does not load.
public struct ReferenceProfile: Equatable, Sendable {
  /// Version of the file format; version 1 has no segments, and is what is written without.
  public static let version = 2

  /// One field.
  public struct Field: Equatable, Sendable {
    /// Where the field stands, as `FieldPath` reads and writes it.
    public var name: String
    /// The types its values had.
    public var types: ValueTypes
    /// Its distribution, its missing values, and what it varies by itself.
    public var reference: FieldReference
    /// Percentiles and Tukey's fences; nil for a categorical field and for one without values.
    public var fences: Fences?

    /// How its values are compared.
    public var kind: FieldKind {
      switch reference.distribution {
      case .numeric: .numeric
      case .categorical: .categorical
      }
    }

    /// Where the field stands, its types and its kind.
    public var schema: FieldSchema {
      FieldSchema(path: FieldPath(name), types: types, kind: kind)
    }

    /// Values, and missing ones of any kind.
    public var counts: (values: UInt64, missing: UInt64) {
      (reference.completeness.values, reference.completeness.missing)
    }

    /// Points of a numeric field, categories of another.
    public var size: Int {
      switch reference.distribution {
      case .numeric(let numeric): numeric.points.count
      case .categorical(let categorical): categorical.categories.count
      }
    }

    /// Categories of a categorical field; none of a numeric one.
    public var categories: [String] {
      switch reference.distribution {
      case .numeric: []
      case .categorical(let categorical): categorical.categories
      }
    }

    /// Whether nothing was lost: every distinct value is a point, every category is listed.
    public var isExact: Bool {
      switch reference.distribution {
      case .numeric(let numeric): numeric.distanceBound == 0
      case .categorical(let categorical): categorical.other == 0
      }
    }
  }

  /// The rows' windows that `natural` was learned from.
  public struct Windowing: Equatable, Sendable {
    /// Length of a tumbling window from the epoch.
    public var size: Duration

    /// Windows of a length.
    public init(size: Duration) { self.size = size }
  }

  /// Rows learned from.
  public var rows: UInt64
  /// Rows that could not be used.
  public var rejected: [RejectedRows]
  /// The field with the event's time, and its unit; nil when it was not named.
  public var time: TimeField?
  /// The windows that `natural` was learned from.
  public var window: Windowing?
  /// How many rows it has at each hour of the week; nil without times, or between equal ones.
  public var rhythm: Rhythm?
  /// The fields, in order of first appearance.
  public var fields: [Field]
  /// The prediction whose ranks the fields know; nil when it was not named.
  public var prediction: String?
  /// Which numeric fields go together; nil when that cannot be told.
  public var correlations: Correlations?
  /// Fields of whose values each has distributions of its own, in the order of the fields.
  public var segmentFields: [SegmentField] = []

  /// A profile of its parts.
  public init(
    rows: UInt64,
    rejected: [RejectedRows] = [],
    time: TimeField? = nil,
    window: Windowing? = nil,
    rhythm: Rhythm? = nil,
    fields: [Field],
    correlations: Correlations? = nil
  ) {
    self.rows = rows
    self.rejected = rejected
    self.time = time
    self.window = window
    self.rhythm = rhythm
    self.fields = fields
    self.correlations = correlations
  }

  /// Whether nothing was lost in any field.
  public var isExact: Bool { fields.allSatisfy(\.isExact) }
}
