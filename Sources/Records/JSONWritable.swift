/// A value that `JSONText` can write; conform to it to use your own types as members.
public protocol JSONWritable {
  /// Writes exactly one JSON value.
  func write(to json: inout JSONText)
}

extension String: JSONWritable {
  /// Writes the string in quotes.
  public func write(to json: inout JSONText) { json.string(self) }
}

extension Substring: JSONWritable {
  /// Writes the text in quotes.
  public func write(to json: inout JSONText) { json.string(self) }
}

extension Int: JSONWritable {
  /// Writes all digits.
  public func write(to json: inout JSONText) { json.raw(description.utf8) }
}

extension Int64: JSONWritable {
  /// Writes all digits.
  public func write(to json: inout JSONText) { json.raw(description.utf8) }
}

extension UInt64: JSONWritable {
  /// Writes all digits.
  public func write(to json: inout JSONText) { json.raw(description.utf8) }
}

extension Bool: JSONWritable {
  /// Writes `true` or `false`.
  public func write(to json: inout JSONText) { json.raw(description.utf8) }
}

extension Double: JSONWritable {
  /// Writes the shortest text that reads back as this number; null for NaN and infinities.
  ///
  /// Whole numbers below 2^53 are written without a point, both zeros as `0`.
  public func write(to json: inout JSONText) {
    if !isFinite {
      json.raw("null".utf8)
    } else if magnitude < 0x1p53, self == Double(Int64(self)) {
      json.raw(Int64(self).description.utf8)
    } else {
      json.raw(description.utf8)
    }
  }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  /// Writes the value, or null.
  public func write(to json: inout JSONText) {
    switch self {
    case .some(let value): value.write(to: &json)
    case .none: json.raw("null".utf8)
    }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  /// Writes an array.
  public func write(to json: inout JSONText) {
    json.array { for element in self { $0.value(element) } }
  }
}

extension Timestamp: JSONWritable {
  /// Writes the instant as RFC 3339 text.
  public func write(to json: inout JSONText) { json.string(description) }
}

extension FieldPath: JSONWritable {
  /// Writes the path as text.
  public func write(to json: inout JSONText) { json.string(description) }
}
