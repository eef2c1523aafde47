internal import Foundation

/// What was measured, several times: a line of the benchmark's table.
public struct Row: Sendable {
  /// What it is called.
  public let name: String
  /// The median.
  public let value: Double
  private let least: Double
  private let most: Double
  private let unit: String
  private let count: Int
  private let limit: Double?

  /// A measurement.
  ///
  /// - Parameters:
  ///   - name: What was measured.
  ///   - unit: What it is counted in.
  ///   - values: As often as it was measured, at least once.
  ///   - limit: What it may be; nil where nothing is promised.
  public init(_ name: String, in unit: String, _ values: [Double], limit: Double? = nil) {
    let sorted = values.sorted()
    (self.name, self.unit, self.limit) = (name, unit, limit)
    value = sorted[sorted.count / 2]
    (least, most, count) = (sorted[0], sorted[sorted.count - 1], sorted.count)
  }

  /// Whether even the least is above the limit: what else the machine does only adds.
  public var isExcessive: Bool { limit.map { least > $0 } ?? false }

  /// One line.
  public var json: String {
    let numbers = String(format: "\"value\":%.6g,\"unit\":\"%@\"", value, unit)
    let range = String(format: "\"min\":%.6g,\"max\":%.6g,\"rounds\":%d", least, most, count)
    let end = limit.map { String(format: ",\"limit\":%g", $0) } ?? ""
    return "{\"name\":\"\(name)\",\(numbers),\(range)\(end)}"
  }
}
