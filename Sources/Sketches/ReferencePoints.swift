/// The sorted points of a reference: where a value stands among them.
public struct ReferencePoints: Sendable {
  /// Strictly increasing, finite; zero is positive.
  public let values: [Double]
  let table: PointTable

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
    table = PointTable(self.values)
  }

  /// Number of points.
  public var count: Int { values.count }

  /// Cell of a value: `2 i` is the gap before point `i`, `2 i + 1` is point `i` itself.
  ///
  /// - Parameter value: Finite.
  /// - Returns: 0 ... 2 · count.
  /// - Complexity: O(1) for most fields, O(log count) for any.
  public func cell(of value: Double) -> Int { table.cell(of: value) }

  /// Index of a value that is one of the points.
  public func index(of value: Double) -> Int? {
    let cell = cell(of: value)
    return cell.isMultiple(of: 2) ? nil : cell / 2
  }
}

extension ReferencePoints: Equatable {
  /// Whether the points are the same.
  public static func == (left: Self, right: Self) -> Bool { left.values == right.values }
}
