import Sketches
import TestSupport
import Testing

/// What a closure writes.
func encoded(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
  var writer = ByteWriter()
  write(&writer)
  return writer.bytes
}

/// What a closure reads from all of the bytes.
func decoded<Value>(
  _ bytes: [UInt8],
  _ read: (inout ByteReader) throws -> Value
) throws -> Value {
  var reader = ByteReader(bytes)
  let value = try read(&reader)
  try reader.finish()
  return value
}

/// Expects that a closure refuses bytes, given in hex, for a reason and at a position.
func expectRefusal<Value>(
  of hex: String,
  _ reason: String,
  at position: Int,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ read: (inout ByteReader) throws -> Value
) {
  do {
    let value = try decoded(bytes(hex), read)
    Issue.record("accepted as \(value)", sourceLocation: sourceLocation)
  } catch {
    let expected = BadEncoding(reason, at: position)
    #expect(error as? BadEncoding == expected, sourceLocation: sourceLocation)
  }
}

/// Bytes of pairs of hex digits; blanks are for the eye.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  precondition(digits.count.isMultiple(of: 2), "half a byte in \(hex)")
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(16 * digits[$0] + digits[$0 + 1]) }
}

/// Seeded states of every kind: empty, usual, saturated.
struct StateGenerator {
  static let unit = Moments.Unit(covering: 1)
  private static let values = [0, 1, -1, 0.3, -1e9, 0x1p31.nextDown, -0x1p31.nextDown, 1e300]

  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  /// Of any number of bits.
  mutating func number() -> UInt64 { random.next() >> UInt64(below(64)) }

  /// Mostly small, above 0, seldom full.
  mutating func counter() -> UInt64 {
    [1, 2, 127, 128, max(1, number()), .max][below(3) > 0 ? below(4) : below(6)]
  }

  mutating func completeness() -> Completeness {
    var state = Completeness()
    for kind in Completeness.Missing.allCases where below(3) == 0 {
      state.recordMissing(kind, count: counter())
    }
    if below(2) == 0 { state.recordValue(count: counter()) }
    if below(2) == 0 { state.recordMismatch(count: counter()) }
    return state
  }

  mutating func referenceCounts(pointCount: Int) -> ReferenceCounts {
    var state = ReferenceCounts(pointCount: pointCount)
    let spacing = 1 + below(5)
    for cell in state.cells.indices where below(spacing) == 0 { state.add(counter(), toCell: cell) }
    return state
  }

  mutating func categoryCounts(categoryCount: Int) -> CategoryCounts {
    var state = CategoryCounts(categoryCount: categoryCount)
    let spacing = 1 + below(5)
    for code in state.counts.indices where below(spacing) == 0 { state.add(counter(), code: code) }
    if below(2) == 0 { state.add(counter(), code: nil) }
    return state
  }

  mutating func moments() -> Moments {
    var state = Moments()
    for _ in 0..<below(6) { state.add(value(), count: counter(), unit: Self.unit) }
    return state
  }

  /// Both kinds of field, without sketches and with all they can have.
  static func layouts(_ size: Int) -> [FieldSummary.Layout] {
    let (numeric, categorical): (FieldSummary.Layout, FieldSummary.Layout) = (
      .numeric(pointCount: size), .categorical(categoryCount: size)
    )
    return [
      numeric, categorical, numeric.keeping([.distinct, .fractions]),
      categorical.keeping([.distinct, .lengths]),
    ]
  }

  /// Parts agree, as a recorder leaves them.
  mutating func fieldSummary(_ layout: FieldSummary.Layout) -> FieldSummary {
    var state = FieldSummary(layout)
    if below(2) == 0 { state.completeness.recordMissing(.null, count: counter()) }
    for _ in 0..<below(12) {
      let count = counter()
      state.completeness.recordValue(count: count)
      if layout.sketches.contains(.distinct) {
        state.distinct?.record(hash: random.next() >> UInt64(below(64)), count: count)
      }
      if layout.sketches.contains(.lengths) {
        state.lengths?.record(UInt64(below(1_000)), count: count)
      }
      switch layout.distribution {
      case .numeric(let pointCount):
        let points = ReferencePoints((0..<pointCount).map(Double.init))
        let number = Double(below(4 * pointCount + 4)) / 4 - 0.5
        state.counts.add(count, toCell: points.cell(of: number))
        state.fractions?.record(number, cell: points.cell(of: number), at: points, count: count)
        state.moments.add(value(), count: count, unit: Self.unit)
      case .categorical(let categoryCount):
        let code = below(categoryCount + 1)
        state.categories.add(count, code: code < categoryCount ? code : nil)
      }
    }
    return state
  }

  private mutating func value() -> Double {
    below(2) == 0 ? Self.values[below(Self.values.count)] : random.uniform() * 8 - 4
  }

  /// The bytes with one small damage, sometimes two.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    repeat {
      let position = below(bytes.count + 1)
      switch below(6) {
      case 0: bytes.removeLast(bytes.count - position)
      case 1: bytes.insert([0, 1, 0x80, 0xFF][below(4)], at: position)
      case 2 where position < bytes.count: bytes.remove(at: position)
      case 3 where position < bytes.count: bytes[position] = UInt8(below(256))
      case 4 where position < bytes.count: bytes[position] ^= 1 << UInt8(below(8))
      default: bytes.append(UInt8(below(256)))
      }
    } while below(4) == 0
    return bytes
  }
}
