internal import Sketches

/// How long the texts of a window are, in Unicode code points.
public enum TextLength {
  /// What can be asked for, besides the mean.
  public static let names = ["min", "max"]

  /// The mean length, the shortest or the longest.
  ///
  /// - Parameters:
  ///   - name: One of `names`; nil is the mean.
  ///   - comparison: A field.
  /// - Returns: nil without texts, and where nobody asked to measure them.
  public static func measure(_ name: String?, _ comparison: FieldComparison) -> Measurement {
    guard let lengths = comparison.lengths, let range = lengths.range else {
      return Measurement(nil)
    }
    return switch name {
    case "min": Measurement(Double(range.lowerBound))
    case "max": Measurement(Double(range.upperBound))
    default: Measurement(lengths.mean)
    }
  }
}
