public import Records

/// A field as it stands in data: where it is, what was seen in it, how it is compared.
public struct FieldSchema: Equatable, Sendable {
  /// Where the field stands in a row.
  public var path: FieldPath
  /// The types its values had.
  public var types: ValueTypes
  /// How its values are compared.
  public var kind: FieldKind

  /// A field whose kind follows from its types, unless it is given.
  ///
  /// Numeric iff every value is a number; a field without any value is numeric.
  public init(path: FieldPath, types: ValueTypes, kind: FieldKind? = nil) {
    self.path = path
    self.types = types
    self.kind = kind ?? (types.subtracting(.number).isEmpty ? .numeric : .categorical)
  }

  /// How a decoder is asked for the field: a category needs a number's text.
  public var request: FieldRequest {
    FieldRequest(path: path, wantsNumberText: kind == .categorical)
  }
}
