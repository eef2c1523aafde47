import TestSupport

/// A plain stream in which nothing ever changes: 200 records an hour, in order of time.
///
/// `x` is spread evenly over 0 ..< 20, `c` is one of four letters, `ok` is true or false, `p.y` is
/// 0 ..< 50 in an object, and `k` is always 7.
struct PlainStream {
  static let recordsPerHour = 200
  /// 2023-11-14T22:00:00Z in milliseconds.
  static let start = 1_699_999_200_000

  /// One record: its members as JSON texts.
  struct Record {
    var members: [String: String]

    /// The record as a line.
    var line: String {
      let pairs = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
      return "{\(pairs.joined(separator: ","))}"
    }
  }

  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A record of a time in milliseconds.
  mutating func record(at time: Int) -> Record {
    let x = (generator.uniform() * 20_000).rounded(.down) / 1000
    let letter = ["a", "b", "c", "d"][Int(generator.uniform() * 4)]
    return Record(members: [
      "id": "\"r\(generator.next() % 1_000_000)\"", "t": "\(time)", "x": "\(x)",
      "c": "\"\(letter)\"", "ok": generator.next() % 2 == 0 ? "true" : "false",
      "p": "{\"y\":\(generator.next() % 50)}", "k": "7",
    ])
  }

  /// The records of some hours after the start.
  mutating func records(hours: Range<Int>, perHour: Int = recordsPerHour) -> [Record] {
    hours.flatMap { hour in
      (0..<perHour).map { index in
        record(at: Self.time(hour: hour) + index * 3_600_000 / perHour)
      }
    }
  }

  /// The start of an hour, in milliseconds.
  static func time(hour: Int) -> Int { start + hour * 3_600_000 }

  /// The lines of some hours, each record changed first.
  static func lines(
    hours: Range<Int>,
    seed: UInt64,
    _ change: (inout Record) -> Void = { _ in }
  ) -> [String] {
    var stream = PlainStream(seed: seed)
    return stream.records(hours: hours).map { record in
      var record = record
      change(&record)
      return record.line
    }
  }

  /// A day of records to learn from: hours 0 ..< 24.
  static let reference = lines(hours: 0..<24, seed: 1)
}
