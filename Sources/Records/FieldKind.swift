/// How a field's values are compared: by size or by name.
public enum FieldKind: String, Sendable, Hashable, CaseIterable {
  /// Every value is a number, and larger and smaller mean something.
  case numeric
  /// Values are names; booleans and all else that is not numeric.
  case categorical
}
