/// What stands in one cell of a column.
public enum ValueTag: UInt8, CaseIterable, Sendable {
  /// No such field in the record, or the record is not usable.
  case absent
  /// A null.
  case null
  /// Not a number, written as one.
  case nan
  /// An infinity, or a number beyond the largest double; the number is the infinity.
  case infinite
  /// A string without characters.
  case emptyString
  /// A finite number, and its text where that was asked for.
  case number
  /// A string, as text.
  case string
  /// A boolean, as the text `true` or `false`.
  case boolean
  /// An array or object where a scalar was asked for, as its raw JSON.
  case composite
  /// The text `true` or `false` where all is text, as in CSV: a boolean, or a string.
  case booleanText
}
