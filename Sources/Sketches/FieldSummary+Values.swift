extension FieldSummary {
  /// Counts a column of a numeric field's usable values; different ones are counted apart, as that
  /// takes their hashes.
  ///
  /// - Parameters:
  ///   - numbers: Finite.
  ///   - points: The reference's, as many as the layout has.
  ///   - unit: Of the field's moments.
  /// - Complexity: As that of `ReferencePoints.cell(of:)` for each.
  public mutating func record(
    _ numbers: Span<Double>,
    at points: ReferencePoints,
    unit: Moments.Unit
  ) {
    completeness.recordValue(count: UInt64(numbers.count))
    counts.record(numbers, at: points)
    moments.record(numbers, unit: unit)
    guard fractions != nil else { return }
    for index in numbers.indices {
      let number = numbers[index]
      fractions?.record(number, cell: points.cell(of: number), at: points)
    }
  }
}
