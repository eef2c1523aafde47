public import Drift
public import Records
internal import Sketches

/// One field of a comparison, with its name.
public struct ComparedField: Sendable {
  /// Where the field stands.
  public let name: String
  /// How its values are compared.
  public let kind: FieldKind
  /// What statistics look at.
  public let comparison: FieldComparison

  init(name: String, comparison: FieldComparison) {
    self.name = name
    self.comparison = comparison
    kind = comparison.isNumeric ? .numeric : .categorical
  }

  /// Missing values of the reference, of any kind.
  public var missingInReference: UInt64 { comparison.referenceCompleteness.missing }
  /// Missing values of the current side, of any kind.
  public var missingInCurrent: UInt64 { comparison.currentCompleteness.missing }
  /// Current rows: with a value, without one, or with one of a wrong type.
  public var currentRecords: UInt64 { comparison.currentCompleteness.records }
}
