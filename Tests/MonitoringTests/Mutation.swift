import Records
import Sketches
import TestSupport

@testable import Monitoring

/// Damage to bytes, drawn.
enum Mutation {
  /// One byte or run of bytes changed, left out, doubled, or put in.
  static func of(_ bytes: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var mutated = bytes
    guard !bytes.isEmpty else { return mutated }
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: mutated[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
    case 2: mutated.remove(at: place)
    case 3: mutated.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 4:
      let end = min(bytes.count, place + Int.random(in: 1...9, using: &random))
      mutated.replaceSubrange(place..<end, with: Self.number(&random))
    default:
      let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
      mutated.insert(contentsOf: bytes[place..<end], at: place)
    }
    return mutated
  }

  /// A number from the edges of what can be written.
  private static func number(_ random: inout SplitMix64) -> [UInt8] {
    var writer = ByteWriter()
    let edges: [Int64] = [.min, .max, .min / 4, .max / 4, 1 << 31, 1 << 32, 1 << 56, -1, 0]
    writer.signed(edges.randomElement(using: &random) ?? 0)
    return writer.bytes
  }

  /// A commit of which one piece's body is damaged, under a number and a checksum that fit.
  static func resealed(
    _ records: [[UInt8]],
    _ sequence: UInt64,
    using random: inout SplitMix64
  ) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var checksum: UInt64 = 0
    let damaged = Int.random(in: records.indices, using: &random)
    for (index, record) in records.enumerated() {
      var reader = ByteReader(record)
      guard var header = try? PartialHeader(from: &reader) else { return records }
      header.sequence = sequence
      var writer = ByteWriter()
      header.encode(into: &writer)
      if header.kind == .piece, let number = try? reader.varint(),
        var body = try? reader.bytes(limit: .max)
      {
        if index == damaged { body = of(body, using: &random) }
        writer.varint(number)
        writer.bytes(body)
        checksum = Hash64.hash(body.span, seed: checksum)
        result.append(writer.bytes)
      } else {
        var rest = Array(record[reader.position...].dropLast(8))
        if index == damaged { rest = of(rest, using: &random) }
        for byte in rest { writer.byte(byte) }
        writer.fixed64(Hash64.hash(writer.bytes.span, seed: checksum))
        result.append(writer.bytes)
      }
    }
    return result
  }
}
