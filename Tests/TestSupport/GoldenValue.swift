/// A value of a golden file's sample.
public enum GoldenValue: Decodable, Sendable {
  /// A null.
  case missing
  /// A finite number.
  case number(Double)
  /// A text.
  case text(String)

  /// Reads a null, a string or a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .missing
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }
}
