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
    writer.farPanes(clock.farPanes)
    writer.timeUnit(timeUnit)
    writer.trust(trust)
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
    let farPanes = try reader.farPanes(limit: 1_000, in: .min ... .max)
    self.init(
      offset: offset,
      clock: PartitionClock.Memory(watermark: watermark, recent: recent, farPanes: farPanes),
      timeUnit: try reader.timeUnit(),
      trust: try reader.trust()
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
