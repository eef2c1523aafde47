internal import TestSupport

/// What the events of a benchmark look like: 20 fields, of which 12 are numbers and 5 categories.
public enum EventShape: String, CaseIterable, Sendable {
  /// Every event has the same keys in the same order.
  case fixed
  /// The keys of each event stand in an order of their own.
  case shuffled
  /// One value in twenty is not there.
  case missing
  /// One event in a hundred is cut off.
  case malformed
  /// The numbers stand in an object of their own.
  case nested
  /// A text of a kilobyte that nobody asks for is among them.
  case long
}

/// Events with a fixed seed, of 411 bytes each where nothing else is asked for.
public struct Events: Sendable {
  /// The time of the first one, milliseconds since 1970; each next one is a millisecond later.
  public static let start = 1_767_225_600_000

  private var random = SplitMix64(seed: 20)
  private let shape: EventShape
  private let numbers: Int
  private let categories: Int
  private let segments: Int
  private var next = 0

  /// Events of a shape, with so many numbers, and categories up to five.
  ///
  /// - Parameters:
  ///   - shape: Theirs.
  ///   - numbers: Of each event.
  ///   - categories: Of each event.
  ///   - segments: Values of one more field, all as frequent; 0 for no such field.
  public init(_ shape: EventShape, numbers: Int = 12, categories: Int = 5, segments: Int = 0) {
    (self.shape, self.numbers, self.categories) = (shape, numbers, categories)
    self.segments = segments
  }

  /// The next event.
  public mutating func event() -> String {
    let millisecond = Self.start + next
    next += 1
    var numbers = (0..<numbers).map { "\"number_\($0)\":\(number($0))" }
    var members = [
      "\"event_id\":\"\(hexadecimal())\"", "\"event_time\":\(millisecond)",
      "\"is_member\":\(random.uniform() < 0.3)",
    ]
    members += (0..<categories).map { "\"category_\($0)\":\"\(category($0))\"" }
    if segments > 0 {
      members.append("\"segment\":\"value-\(Int(random.uniform() * Double(segments)))\"")
    }
    switch shape {
    case .missing:
      numbers.removeAll { _ in random.uniform() < 0.05 }
    case .nested:
      numbers = ["\"features\":{\(numbers.joined(separator: ","))}"]
    case .long:
      members.append("\"text\":\"\(String(repeating: "lorem ipsum ", count: 85))\"")
    case .fixed, .shuffled, .malformed:
      break
    }
    members += numbers
    if shape == .shuffled { shuffle(&members) }
    let event = "{\(members.joined(separator: ","))}"
    return shape == .malformed && random.uniform() < 0.01 ? String(event.dropLast(20)) : event
  }

  /// A skewed number, a count, or one of either sign, by the field's place.
  private mutating func number(_ field: Int) -> String {
    switch field % 3 {
    case 0: decimal(random.uniform() * random.uniform() * 1000)
    case 1: "\(Int(random.uniform() * random.uniform() * 5000))"
    default: decimal(random.uniform() + random.uniform() + random.uniform() - 1.5)
    }
  }

  /// With six digits behind the point.
  private func decimal(_ value: Double) -> String {
    let millionths = Int(value.magnitude * 1_000_000)
    let part = "\(millionths % 1_000_000)"
    let padding = String(repeating: "0", count: 6 - part.count)
    return "\(value < 0 ? "-" : "")\(millionths / 1_000_000).\(padding)\(part)"
  }

  private mutating func category(_ field: Int) -> String {
    let count = Double([4, 12, 40, 120, 400][field])
    return "value-\(Int(random.uniform() * random.uniform() * count))"
  }

  private mutating func hexadecimal() -> String {
    let digits = String(random.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func shuffle(_ members: inout [String]) {
    for index in members.indices.reversed() {
      members.swapAt(index, Int(random.uniform() * Double(index + 1)))
    }
  }
}

extension EventShape {
  /// The shape that a reference is learned from: nothing in it is wrong.
  public var learnable: EventShape { self == .nested ? .nested : .fixed }
}
