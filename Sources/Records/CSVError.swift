/// Why a CSV file cannot be read at all: its header is not usable.
public enum CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The input ended before there was a header line.
  case missingHeader
  /// Two columns have the same name.
  case duplicateColumn(String)
  /// The header is not UTF-8.
  case headerNotUTF8
  /// The header has broken quotes.
  case malformedHeader
  /// The header has more columns, or more bytes, than the limits allow.
  case headerTooLarge

  /// A sentence for the user.
  public var description: String {
    switch self {
    case .missingHeader: "the file has no header line"
    case .duplicateColumn(let name): "the header names the column \"\(name)\" twice"
    case .headerNotUTF8: "the header is not UTF-8"
    case .malformedHeader: "the header has broken quotes"
    case .headerTooLarge: "the header has too many columns or is too long"
    }
  }
}
