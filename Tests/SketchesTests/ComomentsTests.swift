import Sketches
import TestSupport
import Testing

@Suite("Comoments: two fields' ranks, summed in integers")
struct ComomentsTests {
  private typealias Row = (first: UInt16, second: UInt16)
  private static let seeds = 0..<40 as Range<UInt64>

  private static func comoments(_ rows: some Sequence<Row>) -> Comoments {
    rows.reduce(into: Comoments()) { $0.record($1.first, $1.second) }
  }

  /// Rows of related ranks, of unrelated ones and of the outermost ones.
  private static func rows(_ count: Int, _ random: inout SplitMix64) -> [Row] {
    let spread = [1, 2, 100, 65_536][Int(random.next() % 4)]
    return (0..<count).map { _ in
      let first = random.next() % UInt64(spread)
      let second = random.next().isMultiple(of: 2) ? first : random.next() % UInt64(spread)
      let isFar = random.next() % 50 == 0
      return (isFar ? .max : UInt16(first), UInt16(second))
    }
  }

  /// n Σrs − Σr Σs over the root of both n Σr² − (Σr)², in exact integers up to there.
  private static func correlation(_ rows: [Row]) -> Double? {
    let n = Int128(rows.count)
    func sum(_ value: (Row) -> Int128) -> Int128 { rows.reduce(0) { $0 + value($1) } }
    let (r, s) = (sum { Int128($0.first) }, sum { Int128($0.second) })
    let spreads = (
      n * sum { Int128($0.first) * Int128($0.first) } - r * r,
      n * sum { Int128($0.second) * Int128($0.second) } - s * s
    )
    guard spreads.0 > 0, spreads.1 > 0 else { return nil }
    let joint = n * sum { Int128($0.first) * Int128($0.second) } - r * s
    return Double(joint) / (Double(spreads.0).squareRoot() * Double(spreads.1).squareRoot())
  }

  @Test("the laws of every summary", arguments: seeds)
  func laws(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let rows = Self.rows(200, &random)
    let cuts = [Int(random.next() % 201), Int(random.next() % 201)].sorted()
    let parts = (rows[..<cuts[0]], rows[cuts[0]..<cuts[1]], rows[cuts[1]...])
    let whole = Self.comoments(rows)
    let broken = brokenSummaryLaw(
      empty: Comoments(),
      parts: (
        Self.comoments(parts.0), Self.comoments(parts.1), Self.comoments(parts.2)
      ),
      whole: whole
    )
    #expect(broken == nil)
    #expect(Self.comoments(rows.reversed()) == whole)
    var counted = Comoments()
    for row in rows { counted.add(row.first, row.second, count: 1) }
    #expect(counted == whole)
  }

  @Test("the correlation is that of exact integers", arguments: seeds)
  func correlation(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = Self.rows(3 + Int(seed) * 7, &random)
    let (found, expected) = (Self.comoments(rows).correlation, Self.correlation(rows))
    guard let expected else {
      #expect(found == nil)
      return
    }
    #expect(abs(try #require(found) - expected) < 1e-14)
  }

  @Test("small numbers give exact correlations")
  func exact() {
    for (rows, expected) in [
      ([(0, 0), (1, 1), (2, 2)], 1), ([(0, 65_535), (65_535, 0)], -1),
      ([(0, 0), (1, 1), (2, 0)], 0), ([(0, 0), (1, 2), (2, 1), (3, 3)], 0.8),
      ([(7, 3), (7, 5)], nil), ([(3, 7), (5, 7)], nil), ([(1, 2)], nil), ([], nil),
    ] as [([Row], Double?)] {
      #expect(Self.comoments(rows).correlation == expected)
    }
  }

  @Test("a few odd rows among very many keep their digits")
  func rare() throws {
    let many: UInt64 = 1 << 50
    var state = Comoments()
    state.add(.max, .max, count: many)
    #expect(state.correlation == nil)
    state.record(.max - 1, .max)
    state.record(.max, .max - 1)
    let found = try #require(state.correlation)
    #expect(abs(found * Double(many + 1) + 1) < 1e-12)
  }

  @Test("full counters stay full in any order, and tell nothing")
  func full() {
    var most = Comoments()
    most.add(0, 0, count: .max - 3)
    most.add(.max, .max, count: 2)
    #expect(most.correlation == 1)
    let few: [Row] = [(1, 2), (3, 4)]
    var (left, right) = (most, Self.comoments(few))
    left.merge(right)
    right.merge(most)
    #expect(left == right && left.count == .max && left.correlation == nil)
    var full = Comoments()
    for rank in [0, 1, .max] as [UInt16] { full.add(.max, rank, count: .max) }
    #expect(full.correlation == nil)
  }
}

@Suite("Comoments in bytes")
struct ComomentsEncodingTests {
  @Test("count, sums, squares, products")
  func golden() throws {
    var state = Comoments()
    #expect(encoded(state.encode) == bytes("00"))
    state.record(1, 2)
    #expect(encoded(state.encode) == bytes("01 01 02 01 04 02"))
    state.record(.max, 0)
    let hex = "02 808004 02 8280f8ff0f 04 02"
    #expect(encoded(state.encode) == bytes(hex))
    #expect(try decoded(bytes(hex), Comoments.init(from:)) == state)
  }

  @Test("sums that no ranks have")
  func refusals() {
    for hex in [
      "01 808004 00 8280f8ff0f 00 00",  // a rank of 65,536
      "01 00 808004 00 8280f8ff0f 00",
      "02 02 00 01 00 00",  // a sum of 2 with squares of 1
      "02 00 02 00 01 00",
      "01 01 00 808004 00 00",  // a square of 65,536 of rank 1
      "01 01 01 01 01 00",  // 1 · 1 = 0, 2
      "01 01 01 01 01 02",
      "02 01 01 01 01 02",
      "01 03 01 09 01 04",  // 3 · 1 = 4, 2
      "01 03 01 09 01 02",
      "01 01 00 01 00 01",  // 1 · 0 = 1
      "01 ffff03 ffff03 8180f8ff0f 8180f8ff0f 00",  // both largest, and no product
    ] {
      let reason = "no ranks have these sums, squares and products"
      expectRefusal(of: hex, reason, at: 1, Comoments.init(from:))
    }
    expectRefusal(of: "01 01 01 01 01", "a number is cut off", at: 5, Comoments.init(from:))
    expectRefusal(of: "00 00", "bytes left over: 1", at: 1, Comoments.init(from:))
  }

  /// All that up to three rows of these ranks add up to, and everything near it.
  @Test("what ranks add up to is accepted; what is near it is refused or can be used")
  func possible() throws {
    let ranks: [UInt16] = [0, 1, 2, .max - 1, .max]
    let rows = ranks.flatMap { first in ranks.map { (first, $0) } }
    var states = [Comoments()]
    var refused = 0
    for _ in 1...3 {
      states = states.flatMap { state in
        rows.indices.filter { $0 % 4 == Int(state.count) % 4 || state.count == 0 }.map { index in
          var next = state
          next.record(rows[index].0, rows[index].1)
          return next
        }
      }
      for state in states {
        let bytes = encoded(state.encode)
        #expect(try decoded(bytes, Comoments.init(from:)) == state)
        for position in 1..<bytes.count {
          var near = bytes
          near[position] ^= 1
          guard let accepted = try? decoded(near, Comoments.init(from:)) else {
            refused += 1
            continue
          }
          Self.use(accepted, with: state)
        }
      }
    }
    #expect(refused > 5000)
  }

  @Test("damaged bytes are refused or the only form", arguments: 0..<40 as Range<UInt64>)
  func damage(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    var states = [Comoments(), Comoments()]
    for index in 0..<6 {
      states[index % 2].add(
        UInt16(truncatingIfNeeded: generator.number()),
        UInt16(truncatingIfNeeded: generator.number()),
        count: generator.counter()
      )
    }
    let bytes = encoded(states[0].encode)
    #expect(try decoded(bytes, Comoments.init(from:)) == states[0])
    var taken = 0
    for _ in 0..<60 {
      let damaged = generator.damaged(bytes)
      guard let accepted = try? decoded(damaged, Comoments.init(from:)) else { continue }
      taken += 1
      #expect(encoded(accepted.encode) == damaged)
      Self.use(accepted, with: states[1])
    }
    #expect(taken >= 4)
  }

  /// No arithmetic on what was accepted may stop the process, and a merge can be read again.
  private static func use(_ accepted: Comoments, with other: Comoments) {
    for part in [Comoments(), accepted, other] {
      var merged = accepted
      merged.merge(part)
      if let correlation = merged.correlation { #expect((-1...1).contains(correlation)) }
      #expect(throws: Never.self) {
        try decoded(encoded(merged.encode), Comoments.init(from:))
      }
    }
  }
}
