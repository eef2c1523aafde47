import Sketches
import TestSupport
import Testing

@Suite("Pieces of a format come back as they were written")
struct ByteReaderTests {
  /// One piece of each kind.
  private enum Piece: Equatable {
    case byte(UInt8)
    case flag(Bool)
    case varint(UInt64)
    case signed(Int64)
    case wide(UInt128)
    case signedWide(Int128)
    case fixed64(UInt64)
    case bytes([UInt8])
    case text(String)
    case optional(Int64?)
    case counters([UInt64])

    init(_ generator: inout StateGenerator) {
      let number = [0, 127, 128, .max, generator.number()][generator.below(5)]
      let wide = UInt128(number) << UInt128(generator.below(65)) | UInt128(number)
      self =
        switch generator.below(11) {
        case 0: .byte(UInt8(truncatingIfNeeded: number))
        case 1: .flag(number > 127)
        case 2: .varint(number)
        case 3: .signed(Int64(bitPattern: number))
        case 4: .wide(wide)
        case 5: .signedWide(Int128(bitPattern: wide))
        case 6: .fixed64(number)
        case 7: .bytes((0..<generator.below(20)).map { UInt8(10 * $0) })
        case 8: .text(["", "a", "Straße", "👩‍👩‍👧", "e\u{301}", "\u{0}\u{FEFF}"][generator.below(6)])
        case 9: .optional(number > 127 ? Int64(bitPattern: number) : nil)
        default: .counters((0..<9).map { _ in generator.below(2) == 0 ? number : 0 })
        }
    }

    func write(into writer: inout ByteWriter) {
      switch self {
      case .byte(let value): writer.byte(value)
      case .flag(let value): writer.flag(value)
      case .varint(let value): writer.varint(value)
      case .signed(let value): writer.signed(value)
      case .wide(let value): writer.wide(value)
      case .signedWide(let value): writer.wide(value)
      case .fixed64(let value): writer.fixed64(value)
      case .bytes(let value): writer.bytes(value)
      case .text(let value): writer.text(value)
      case .optional(let value): writer.optional(value) { $0.signed($1) }
      case .counters(let value): writer.counters(value)
      }
    }

    /// Reads a piece of the same kind.
    func like(_ reader: inout ByteReader) throws(BadEncoding) -> Piece {
      switch self {
      case .byte: .byte(try reader.byte())
      case .flag: .flag(try reader.flag())
      case .varint: .varint(try reader.varint())
      case .signed: .signed(try reader.signed())
      case .wide: .wide(try reader.wide())
      case .signedWide: .signedWide(try reader.wide())
      case .fixed64: .fixed64(try reader.fixed64())
      case .bytes: .bytes(try reader.bytes(limit: 100))
      case .text: .text(try reader.text(limit: 100))
      case .optional:
        .optional(try reader.optional { reader throws(BadEncoding) in try reader.signed() })
      case .counters(let value): .counters(try reader.counters(value.count))
      }
    }
  }

  private func like(
    _ pieces: [Piece],
    _ reader: inout ByteReader
  ) throws(BadEncoding) -> [Piece] {
    var read: [Piece] = []
    for piece in pieces { read.append(try piece.like(&reader)) }
    return read
  }

  @Test("whole and damaged", arguments: 0..<60 as Range<UInt64>)
  func pieces(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let pieces = (0..<generator.below(30)).map { _ in Piece(&generator) }
    let bytes = encoded { for piece in pieces { piece.write(into: &$0) } }
    #expect(try decoded(bytes) { try like(pieces, &$0) } == pieces)
    var taken = 0
    for _ in 0..<100 {
      let damaged = generator.damaged(bytes)
      guard let accepted = try? decoded(damaged, { try like(pieces, &$0) }) else { continue }
      taken += 1
      #expect(encoded { for piece in accepted { piece.write(into: &$0) } } == damaged)
    }
    #expect(taken >= 10)
  }

  @Test("every number of one and two bytes has one form")
  func shortForms() {
    var forms = 0
    for first in 0...UInt8.max {
      for rest in [[]] + (0...UInt8.max).map({ [$0] }) {
        let bytes = [first] + rest
        guard let value = try? decoded(bytes, { try $0.varint() }) else { continue }
        #expect(encoded { $0.varint(value) } == bytes)
        forms += 1
      }
    }
    #expect(forms == 1 << 14)
  }

  @Test("the largest numbers take the room that is documented")
  func sizes() {
    #expect(encoded { $0.varint(.max) }.count == 10)
    #expect(encoded { $0.signed(.min) }.count == 10)
    #expect(encoded { $0.wide(UInt128.max) }.count == 19)
    #expect(encoded { $0.wide(Int128.min) }.count == 19)
    #expect(
      encoded { for value in -64...63 as ClosedRange<Int64> { $0.signed(value) } }.count == 128
    )
  }

  @Test("positions count from the start of a slice")
  func slice() throws {
    let bytes: [UInt8] = [0xFF, 0xFF, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xFF]
    var reader = ByteReader(bytes[2..<11])
    #expect(try reader.byte() == 5)
    #expect((reader.position, reader.remaining) == (1, 8))
    #expect(try reader.fixed64() == 0x0D0C_0B0A_0908_0706)
    try reader.finish()
    #expect(throws: BadEncoding("a byte is missing", at: 9)) { try reader.byte() }
  }

  @Test("a refusal is a sentence with its position")
  func description() {
    let refusal = BadEncoding("a number is cut off", at: 12)
    #expect("\(refusal)" == "a number is cut off (at byte 12)")
  }
}
