import Drift
import Foundation
import Sketches
import TestSupport
import Testing

@Suite("Ranks in a reference, and how two fields go together")
struct CorrelationTests {
  private struct Golden: Decodable {
    struct Pair: Decodable {
      let name: String
      let first, second: [Double]
      let spearman: Double
    }
    let pairs: [Pair]

    static func load() throws -> Golden {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Golden/correlation.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Golden.self, from: Data(contentsOf: file))
    }
  }

  /// A reference of these values at some points; every distinct value without.
  private static func reference(_ values: [Double], points: [Double]? = nil) -> NumericReference {
    let points = ReferencePoints(points ?? Set(values).sorted())
    var cells = [UInt64](repeating: 0, count: 2 * points.count + 1)
    for value in values { cells[points.cell(of: value)] += 1 }
    var sums: [UInt64] = [0]
    for cell in cells { sums.append((sums.last ?? 0) + cell) }
    return NumericReference(
      points: points,
      below: (0..<points.count).map { sums[2 * $0 + 1] },
      equal: (0..<points.count).map { cells[2 * $0 + 1] },
      count: UInt64(values.count),
      edges: [],
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(covering: 1)
    )
  }

  private static func ranks(_ values: [Double], in reference: NumericReference) -> [UInt16] {
    let table = RankTable(reference)
    return values.map { table[reference.points.cell(of: $0)] }
  }

  private static func comoments(_ first: [UInt16], _ second: [UInt16]) -> Comoments {
    zip(first, second).reduce(into: Comoments()) { $0.record($1.0, $1.1) }
  }

  @Test func ranksAreSharesBelowAndHalfOfWhatIsEqual() {
    // Gaps below, between and above; points with 1, 2 and 1 of four values.
    let exact = RankTable(Self.reference([1, 2, 2, 5]))
    #expect(exact.ranks == [0, 8192, 16_384, 32_768, 49_151, 57_343, 65_535])
    #expect(exact[3] == 32_768)
    #expect(RankTable(Self.reference([7])).ranks == [0, 32_768, 65_535])
    #expect(RankTable(Self.reference([])).ranks == [0])
    #expect(RankTable(Self.reference([1, 2, 3, 4, 5], points: [])).ranks == [32_768])
  }

  @Test func aGapOfACompressedReferenceHasTheRankOfItsMiddle() {
    let table = RankTable(Self.reference([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], points: [1, 6, 10]))
    let shares = [0, 0.5, 3, 5.5, 7.5, 9.5, 10].map { $0 / 10 * 65_535 }
    #expect(table.ranks == shares.map { UInt16($0.rounded()) })
  }

  @Test func aReferenceOfAnySizeHasRanksOf16Bits() {
    let half: UInt64 = 1 << 63
    let reference = NumericReference(
      points: ReferencePoints([0, 1]),
      below: [0, half],
      equal: [half, half - 1],
      count: 2 * (half - 1) + 1,
      edges: [],
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(covering: 1)
    )
    #expect(RankTable(reference).ranks == [0, 16_384, 32_768, 49_151, 65_535])
  }

  @Test func ofItsOwnRowsAReferencesCorrelationIsSpearmans() throws {
    for pair in try Golden.load().pairs {
      let (first, second) = (Self.reference(pair.first), Self.reference(pair.second))
      let comoments = Self.comoments(
        Self.ranks(pair.first, in: first),
        Self.ranks(pair.second, in: second)
      )
      let found = try #require(RankCorrelation(comoments))
      #expect(found.count == UInt64(pair.first.count))
      // 65,535 is a multiple of 255 and 51: ranks without ties are then exact up to one constant.
      let isExact = 255 % pair.first.count == 0
      let error = abs(found.value - pair.spearman)
      #expect(error < (isExact ? 1e-14 : 1e-5), "\(pair.name): \(found.value)")
    }
  }

  @Test func aWindowIsRankedInTheReferenceAndNotInItself() throws {
    let reference = Self.reference((0..<100).map(Double.init))
    let window = [(10.0, 90.0), (10.5, 80.0), (95.0, -7.0), (1e300, 3.0)]
    let ranks = (
      Self.ranks(window.map(\.0), in: reference), Self.ranks(window.map(\.1), in: reference)
    )
    #expect(ranks.0 == [6881, 7209, 62_586, 65_535] && ranks.1 == [59_309, 52_756, 0, 2294])
    let found = try #require(Self.comoments(ranks.0, ranks.1).correlation)
    #expect(abs(found - -0.994_615_627_554_291_6) < 1e-14)
  }

  @Test func theChangeHasNoSign() {
    let (one, other) = (
      RankCorrelation(value: 0.5, count: 10), RankCorrelation(value: -0.25, count: 1_000)
    )
    #expect(CorrelationChange.measure(one, reference: other).value == 0.75)
    #expect(CorrelationChange.measure(other, reference: one).value == 0.75)
  }

  @Test func tooFewRowsOrAConstantSayNothing() {
    let enough = RankCorrelation(value: 0.5, count: 10)
    let few = RankCorrelation(value: 0.5, count: 9)
    #expect(CorrelationChange.measure(enough, reference: enough).value == 0)
    for (current, reference) in [(few, enough), (enough, few), (nil, enough), (enough, nil)]
      as [(RankCorrelation?, RankCorrelation?)]
    {
      #expect(CorrelationChange.measure(current, reference: reference) == Measurement(nil))
    }
    #expect(RankCorrelation(Self.comoments([3, 3, 3], [1, 2, 3])) == nil)
    #expect(RankCorrelation(Comoments()) == nil)
  }
}
