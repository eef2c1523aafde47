/// Windows as they were written: the records of each, by its size and start.
struct WindowTable {
  private(set) var records: [String: [String]] = [:]

  init(_ values: [[UInt8]]) {
    for value in values {
      let text = String(decoding: value, as: UTF8.self)
      guard text.contains("\"type\":\"io.leeway.window.v1\"") else { continue }
      let key = Self.member("window_size", text) + " " + Self.member("window_start", text)
      records[key, default: []].append(text)
    }
  }

  private static func member(_ name: String, _ event: String) -> String {
    let value = event.split(separator: "\"\(name)\":\"").dropFirst().first ?? ""
    return String(value.prefix { $0 != "\"" })
  }

  /// Windows of which it is said that records may be missing, or counted twice.
  var violated: Set<String> {
    Set(
      records.filter { entry in
        entry.value.contains { $0.contains("\"integrity\":\"violated\"") }
      }.keys
    )
  }

  /// Windows that hold other than they should.
  func different(from expected: WindowTable) -> Set<String> {
    Set(records.filter { $0.value != expected.records[$0.key] }.keys)
  }

  /// Windows that hold other than they should, without a word of it.
  func unsaid(_ expected: WindowTable) -> [String] {
    different(from: expected).subtracting(violated).sorted()
  }
}
