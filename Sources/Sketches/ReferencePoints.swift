/// The sorted points of a reference: where a value stands among them.
public struct ReferencePoints: Equatable, Sendable {
  /// Strictly increasing, finite; zero is positive.
  public let values: [Double]

  /// Takes the points as they are, but for a negative zero, which becomes positive.
  ///
  /// - Parameter values: Strictly increasing finite numbers.
  public init(_ values: [Double]) {
    for index in values.indices {
      precondition(values[index].isFinite, "point \(values[index]) is not finite")
      precondition(
        index == 0 || values[index - 1] < values[index],
        "points are not increasing at \(index): \(values[index])"
      )
    }
    self.values = values.map { $0 + 0 }
  }

  /// Number of points.
  public var count: Int { values.count }

  /// Cell of a value: `2 i` is the gap before point `i`, `2 i + 1` is point `i` itself.
  ///
  /// The search has no data-dependent branch but the loop's end, so its cost does not depend on
  /// how predictable the values are.
  ///
  /// - Parameter value: Finite.
  /// - Returns: 0 ... 2 · count.
  /// - Complexity: O(log count).
  @inlinable
  public func cell(of value: Double) -> Int {
    var base = 0
    var length = values.count
    while length > 0 {
      let half = length / 2
      let isAbove = values[base + half] < value
      base = isAbove ? base + half + 1 : base
      length = isAbove ? length - half - 1 : half
    }
    let isPoint = base < values.count && values[base] == value
    return isPoint ? 2 * base + 1 : 2 * base
  }

  /// Index of a value that is one of the points.
  public func index(of value: Double) -> Int? {
    let cell = cell(of: value)
    return cell.isMultiple(of: 2) ? nil : cell / 2
  }
}
