/// Something that reads bytes which others wrote, whatever they are.
///
/// `make fuzz` lets libFuzzer make the bytes up; the suite tries those that are kept in `Corpus`.
struct FuzzTarget: Sendable {
  /// As `make fuzz` and the folder of its corpus call it.
  let name: String
  /// Bytes as they are written, from which others are made.
  let seeds: @Sendable () throws -> [[UInt8]]
  /// Reads bytes; false where they are refused.
  ///
  /// A trap or a `Finding` is a bug.
  let take: @Sendable ([UInt8]) throws -> Bool

  init(
    _ name: String,
    seeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
    take: @escaping @Sendable ([UInt8]) throws -> Bool
  ) {
    (self.name, self.seeds, self.take) = (name, seeds, take)
  }

  /// All there are.
  static let all: [FuzzTarget] = [
    .events, .counting, .schema, .csv, .timestamps,
    .delta, .snapshot, .progress, .pieces,
    .monitors, .rules, .tests, .conditions, .profiles,
    .windows, .alerts, .requests, .control, .http,
  ]
}

/// What should never be.
struct Finding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// - Throws: Itself, unless the condition holds.
  static func unless(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    guard condition else { throw Finding(description()) }
  }
}
