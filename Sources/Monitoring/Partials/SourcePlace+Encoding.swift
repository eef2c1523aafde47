import Records
public import Sketches
import Windowing

extension SourcePlace {
  private static let version: UInt8 = 1

  /// Everything but the offset, in so few bytes that brokers keep it beside the offset as text:
  /// less than 3,000 for any clock.
  public func encode(into writer: inout ByteWriter) {
    writer.byte(Self.version)
    writer.optional(clock.watermark) { $0.signed($1.microseconds) }
    let base = clock.watermark?.microseconds ?? 0
    writer.count(clock.recent.count)
    for time in clock.recent { writer.signed(time &- base) }
    writer.count(clock.farPanes.count)
    var last: Int64 = 0
    for pane in clock.farPanes {
      writer.signed(pane &- last)
      last = pane
    }
    let unit = timeUnit.flatMap { TimeUnit.allCases.firstIndex(of: $0) }
    writer.count(unit.map { $0 + 1 } ?? 0)
    let trusts: [PartitionClock.Trust?] = [nil, .broker, .producers]
    writer.count(trusts.firstIndex(of: trust) ?? 0)
  }

  /// Reads what `encode` wrote.
  public init(offset: Int64, from reader: inout ByteReader) throws(BadEncoding) {
    let version = try reader.byte()
    guard version == Self.version else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 0)
    }
    let watermark = try reader.instant()
    let base = watermark?.microseconds ?? 0
    var recent: [Int64] = []
    for _ in 0..<(try reader.count(limit: 64, "times")) {
      recent.append(try reader.time(after: base))
    }
    var farPanes: [Int64] = []
    for _ in 0..<(try reader.count(limit: 1_000, "panes")) {
      let start = reader.position
      let pane = try reader.signed() &+ (farPanes.last ?? 0)
      guard farPanes.last.map({ $0 < pane }) ?? true else {
        throw BadEncoding("panes are not in order", at: start)
      }
      farPanes.append(pane)
    }
    let start = reader.position
    let unit = try reader.index("unit of time")
    guard unit <= TimeUnit.allCases.count else {
      throw BadEncoding("no such unit of time: \(unit)", at: start)
    }
    let trust = try reader.index("kind of clock")
    guard trust < 3 else { throw BadEncoding("no such kind of clock: \(trust)", at: start) }
    self.init(
      offset: offset,
      clock: PartitionClock.Memory(watermark: watermark, recent: recent, farPanes: farPanes),
      timeUnit: unit == 0 ? nil : TimeUnit.allCases[unit - 1],
      trust: [nil, .broker, .producers][trust]
    )
  }
}

extension ByteReader {
  /// A time written as its distance from another one.
  mutating func time(after base: Int64) throws(BadEncoding) -> Int64 {
    let start = position
    let value = try signed() &+ base
    guard (Int64.min / 4...Int64.max / 4).contains(value) else {
      throw BadEncoding("an instant out of range", at: start)
    }
    return value
  }
}
