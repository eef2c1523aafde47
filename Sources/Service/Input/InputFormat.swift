/// How rows are written.
public enum InputFormat: String, CaseIterable, Sendable {
  /// RFC 4180 with a header line.
  case csv
  /// One JSON object a line.
  case ndjson

  /// The format that a file's name says, `.gz` left aside; nil when it says nothing.
  public init?(fileName: String) {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let suffixes: [(String, InputFormat)] = [
      (".csv", .csv), (".ndjson", .ndjson), (".jsonl", .ndjson), (".json", .ndjson),
    ]
    guard let known = suffixes.first(where: { name.hasSuffix($0.0) }) else { return nil }
    self = known.1
  }

  /// The format that the content begins like: JSON objects begin with a brace.
  public init(beginning bytes: [UInt8]) {
    let blank: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
    self = bytes.first { !blank.contains($0) } == UInt8(ascii: "{") ? .ndjson : .csv
  }
}
