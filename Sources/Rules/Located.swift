/// A value together with where it stands in its file.
public struct Located<Value> {
  /// What was written.
  public var value: Value
  /// Where it starts.
  public var position: Position
  /// How long it is, in Unicode scalars.
  public var length: Int

  /// A value at a place.
  init(_ value: Value, at position: Position, length: Int) {
    self.value = value
    self.position = position
    self.length = length
  }

  /// Another value at the same place.
  func with<Other>(_ other: Other) -> Located<Other> {
    Located<Other>(other, at: position, length: length)
  }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
