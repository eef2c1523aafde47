public import Records

/// The types of value a field was seen with.
public struct ValueTypes: OptionSet, Hashable, Sendable {
  /// One bit per type.
  public let rawValue: UInt8

  /// A set of types by its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A JSON number, or a CSV cell that reads as one.
  public static let number = ValueTypes(rawValue: 1)
  /// A JSON string.
  public static let string = ValueTypes(rawValue: 2)
  /// `true` or `false`.
  public static let boolean = ValueTypes(rawValue: 4)
  /// An array or object.
  public static let composite = ValueTypes(rawValue: 8)
  /// CSV, which knows text only: any scalar fits.
  public static let text = ValueTypes(rawValue: 16)

  /// Names in a profile, in the order they are written.
  static let names: [(type: ValueTypes, name: String)] = [
    (.number, "number"), (.string, "string"), (.boolean, "boolean"), (.composite, "composite"),
    (.text, "text"),
  ]

  /// The type of a cell that holds a value, both of a text that may be a boolean or a string; nil
  /// for the kinds of missing.
  public init?(_ tag: ValueTag) {
    switch tag {
    case .number: self = .number
    case .string: self = .string
    case .boolean: self = .boolean
    case .booleanText: self = [.boolean, .string]
    case .composite: self = .composite
    case .absent, .null, .nan, .infinite, .emptyString: return nil
    }
  }

  /// Whether a value of this type, or of one of these, is of the types seen.
  public func fits(_ type: ValueTypes) -> Bool {
    !isDisjoint(with: type) || (contains(.text) && type != .composite)
  }
}
