import TestSupport

/// Records as they come and as they should not: valid, odd, mutated and hostile JSON.
struct RandomJSON {
  /// Keys of which tests ask for some; written as they stand in JSON.
  static let keys = [
    "id", "time", "a", "b", "number_0", "number_1", "a key of just over sixteen bytes",
    "a key of just over seventeen", "k", "x", "", "é", "Zoë", #"q\"q"#, #"\u0061"#, "$key", "other",
  ]

  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// The next record.
  mutating func record() -> [UInt8] {
    var record = Array((isOne(in: 2) ? event() : space() + value(depth: 4) + space()).utf8)
    if isOne(in: 40) { record = Array(nested(below(80)).utf8) }
    guard isOne(in: 2) else { return record }
    for _ in 0..<below(3) where !record.isEmpty { mutate(&record) }
    return record
  }

  mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// A record as one stream has them: mostly the same keys in the same order.
  private mutating func event() -> String {
    var members: [String] = []
    for (place, key) in Self.keys.prefix(9).enumerated() where !isOne(in: 20) {
      let value =
        switch place % 3 {
        case 0: isOne(in: 2) ? string() : object(depth: 1)
        case 1: number()
        default: isOne(in: 4) ? self.value(depth: 1) : "true"
        }
      members.append("\"\(key)\":\(value)")
      if isOne(in: 40) { members.append("\"\(pick(Self.keys))\":\(number())") }
    }
    if isOne(in: 5) { members.shuffle(using: &random) }
    return "{\(members.joined(separator: isOne(in: 8) ? ", " : ","))}"
  }

  private mutating func value(depth: Int) -> String {
    switch below(depth == 0 ? 7 : 12) {
    case 0, 1: number()
    case 2, 3: string()
    case 4: pick(["true", "false", "null"])
    case 5: pick(["NaN", "Infinity", "-Infinity", "{}", "[]", "\"\""])
    case 6: isOne(in: 4) ? pick(["tru", "nulll", "truex", "'x'", "", "nan"]) : "true"
    case 7, 8, 9: object(depth: depth - 1)
    case 10: list("[", "]") { $0.value(depth: depth - 1) }
    default: String(repeating: "[", count: below(6)) + value(depth: depth - 1) + "]"
    }
  }

  private mutating func object(depth: Int) -> String {
    list("{", "}") {
      "\"\($0.pick(Self.keys))\"" + $0.space() + ":" + $0.space() + $0.value(depth: depth)
    }
  }

  private mutating func list(
    _ open: String,
    _ close: String,
    _ element: (inout RandomJSON) -> String
  ) -> String {
    let elements = (0..<below(5)).map { _ in space() + element(&self) + space() }
    return open + elements.joined(separator: ",") + close
  }

  private mutating func nested(_ depth: Int) -> String {
    let isArray = isOne(in: 2)
    return String(repeating: isArray ? "[" : "{\"a\":", count: depth)
      + pick(["1", "\"", "[[", "\n"])
      + String(repeating: isArray ? "]" : "}", count: isOne(in: 2) ? depth : below(80))
  }

  private mutating func space() -> String {
    isOne(in: 6) ? (0..<below(4)).map { _ in pick([" ", "\t", "\n", "\r"]) }.joined() : ""
  }

  private mutating func digits(_ count: Int) -> String {
    (0..<count).map { _ in String(below(10)) }.joined()
  }

  private mutating func number() -> String {
    switch below(12) {
    case 0: return "\(Int64(bitPattern: random.next()))"
    case 1: return "\(Double(bitPattern: random.next()))"
    case 2: return "\(random.uniform())"
    case 3: return "-\(below(100_000)).\(below(100_000_000))"
    case 4: return "0." + String(repeating: "0", count: below(30)) + digits(3)
    case 5: return "\(below(1000))\(pick(["e", "E", "e+", "E-", "e-"]))\(below(400))"
    case 6: return "1" + String(repeating: "0", count: below(40)) + pick(["", ".5", "e5"])
    case 7: return digits(1 + below(25)) + "." + digits(below(25))
    case 8:
      return pick([
        "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "--1", "-a", "1.e5", "00", "-01", "1.5.5",
        "-NaN", "1e999", "-1e999", "0e999", "-1e-999", "-0", "-0.0", "9007199254740993",
        "12345678", "123456789", "1234567890123456", "12345678.12345678", "123456789.123456789",
      ])
    default: return "\(below(1000)).\(below(1_000_000))"
    }
  }

  private mutating func string() -> String {
    let kind = below(8)
    let text = (0..<below(isOne(in: 4) ? 70 : 20)).map { _ in
      switch kind {
      case 0 where isOne(in: 3):
        isOne(in: 20)
          ? pick([#"\ud83d"#, #"\x"#, #"\u12"#, #"\ude00"#, "\n", "\u{1F}"])
          : pick([#"\n"#, #"\""#, #"\\"#, #"\u0041"#, #"\u00e9"#, #"\ud83d\ude00"#, #"\/"#, #"\b"#])
      case 1 where isOne(in: 3): pick(["é", "€", "😀", "\u{7F}"])
      default: String(pick(Array("abcdef ghij-_:,{}[]019")))
      }
    }
    return "\"\(text.joined())\""
  }

  private mutating func mutate(_ record: inout [UInt8]) {
    let marks = Array("{}[]\",:\\0e-. \ntn".utf8) + [0, 0xFF, 0xC3]
    let at = below(record.count)
    switch below(6) {
    case 0: record[at] = UInt8(below(256))
    case 1: record.remove(at: at)
    case 2: record.insert(pick(marks), at: at)
    case 3: record[at] = pick(marks)
    case 4: record.removeSubrange(at...)
    default: record.insert(contentsOf: record[at..<min(record.count, at + below(20))], at: at)
    }
  }
}
