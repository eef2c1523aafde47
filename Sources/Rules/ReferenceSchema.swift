public import Drift
public import Records

/// What the checker needs to know of a reference profile.
public struct ReferenceSchema: Equatable, Sendable {
  /// One field of the reference.
  public struct Field: Equatable, Sendable {
    /// Path of the field as the profile names it.
    public var name: String
    /// How its values are compared.
    public var kind: FieldKind
    /// Whether the profile knows how much the field differs from itself.
    public var hasNatural: Bool
    /// The categories of a categorical field, in the profile's order.
    public var categories: [String]
    /// Its distribution; nil where only names and kinds are known.
    public var distribution: FieldReference?

    /// A field of a profile.
    public init(
      name: String,
      kind: FieldKind,
      hasNatural: Bool,
      categories: [String] = [],
      distribution: FieldReference? = nil
    ) {
      self.name = name
      self.kind = kind
      self.hasNatural = hasNatural
      self.categories = categories
      self.distribution = distribution
    }
  }

  /// The fields, in the profile's order.
  public var fields: [Field]
  /// The field that was learned as the time, if any.
  public var timeField: String?
  /// How that time is written.
  public var timeUnit: TimeUnit?
  /// How many records to expect at a time; nil where the profile does not know.
  public var pace: StreamPace?
  /// Length of the windows of which it knows how much they differ; nil where it does not.
  public var naturalWindow: Duration?
  /// Pairs of fields of which the profile knows how they go together.
  public var correlated: Set<Set<String>>

  /// The schema of a profile.
  public init(
    fields: [Field],
    timeField: String? = nil,
    timeUnit: TimeUnit? = nil,
    pace: StreamPace? = nil,
    naturalWindow: Duration? = nil,
    correlated: Set<Set<String>> = []
  ) {
    self.fields = fields
    self.timeField = timeField
    self.timeUnit = timeUnit
    self.pace = pace
    self.naturalWindow = naturalWindow
    self.correlated = correlated
  }

  /// Whether it is known how two fields go together.
  func correlates(_ first: String, _ second: String) -> Bool {
    correlated.contains([first, second])
  }
}
