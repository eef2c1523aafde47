internal import Records
internal import Rules

/// What stands in one field of an event.
enum EventValue {
  /// Nothing: the event has no such member.
  case absent
  /// A value.
  case value(TestValue)
  /// The event's time.
  case time
}

/// Where values stand in events, and how these are written.
struct EventLayout {
  private enum Node {
    case value(Int)
    case object([(name: String, node: Node)])
  }

  private var root: [(name: String, node: Node)] = []
  private let unit: TimeUnit

  /// A layout of fields of events.
  ///
  /// - Parameters:
  ///   - paths: In the order in which they are written; none of them holds another.
  ///   - unit: How the event's time is written.
  init(_ paths: [FieldPath], unit: TimeUnit?) {
    self.unit = unit ?? .rfc3339
    for (index, path) in paths.enumerated() {
      guard case .payload(let segments) = path.source else { continue }
      Self.insert(segments[...], index, into: &root)
    }
  }

  private static func insert(
    _ segments: ArraySlice<String>,
    _ index: Int,
    into members: inout [(name: String, node: Node)]
  ) {
    guard let name = segments.first else { return }
    guard segments.count > 1 else { return members.append((name, .value(index))) }
    let known = members.firstIndex { $0.name == name }
    var inner: [(name: String, node: Node)] = []
    if let known, case .object(let members) = members[known].node { inner = members }
    insert(segments.dropFirst(), index, into: &inner)
    if let known {
      members[known].node = .object(inner)
    } else {
      members.append((name, .object(inner)))
    }
  }

  /// Writes an event.
  func write(_ values: [EventValue], time: Timestamp, to json: inout JSONText) {
    json.object { write(root, values, time, &$0) }
  }

  private func write(
    _ members: [(name: String, node: Node)],
    _ values: [EventValue],
    _ time: Timestamp,
    _ json: inout JSONText
  ) {
    for (name, node) in members {
      switch node {
      case .object(let inner):
        guard hasValue(inner, values) else { continue }
        json.object(name) { write(inner, values, time, &$0) }
      case .value(let index):
        switch values[index] {
        case .absent: break
        case .time:
          json.name(name)
          write(time, &json)
        case .value(let value):
          json.name(name)
          value.write(to: &json)
        }
      }
    }
  }

  private func hasValue(
    _ members: [(name: String, node: Node)],
    _ values: [EventValue]
  ) -> Bool {
    members.contains { member in
      switch member.node {
      case .object(let inner): hasValue(inner, values)
      case .value(let index): if case .absent = values[index] { false } else { true }
      }
    }
  }

  private func write(_ time: Timestamp, _ json: inout JSONText) {
    switch unit {
    case .rfc3339: json.value(time)
    case .seconds: json.value(Double(time.microseconds) / 1_000_000)
    case .milliseconds: json.value(time.microseconds.dividedDown(by: 1_000).quotient)
    case .microseconds: json.value(time.microseconds)
    case .nanoseconds: json.raw("\(time.microseconds)000".utf8)
    }
  }
}

extension TestValue {
  /// Writes the value as JSON.
  fileprivate func write(to json: inout JSONText) {
    switch self {
    case .null: json.raw("null".utf8)
    case .boolean(let value): json.value(value)
    case .number(let value): json.value(value)
    case .text(let value): json.value(value)
    }
  }

  /// The value as a condition of a file compares it.
  var text: String {
    if case .text(let text) = self { return text }
    var json = JSONText()
    write(to: &json)
    return json.string
  }
}
