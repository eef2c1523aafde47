import Records
import TestSupport
import Testing

/// Goal: every category is found by its bytes, nothing else is, and hashes never change.
@Suite struct CategoryIndexTests {
  @Test(arguments: [0, 1, 2, 3, 8, 10_000])
  func everyCategoryHasItsPosition(count: Int) {
    let names = (0..<count).map { "category \($0)" }
    let index = CategoryIndex(names)
    #expect(index.count == count)
    for (code, name) in names.enumerated() {
      #expect(index.code(of: Array(name.utf8).span) == code)
    }
    #expect(index.code(of: Array("category".utf8).span) == nil)
    #expect(index.code(of: [UInt8]().span) == nil)
  }

  @Test func categoriesAreBytes() {
    let index = CategoryIndex(["", "\u{E9}", "a", "a\u{0}"])
    #expect(index.code(of: [UInt8]().span) == 0)
    #expect(index.code(of: Array("e\u{301}".utf8).span) == nil)
    #expect(index.code(of: Array("a\u{0}".utf8).span) == 3)
  }

  @Test func aCategoryTwiceIsAProgrammersError() async {
    await #expect(processExitsWith: .failure) { _ = CategoryIndex(["a", "b", "a"]) }
  }

  @Test func hashesNeverChange() {
    let golden: [UInt64] = [
      5_235_184_737_657_222_028, 4_354_009_718_438_239_453, 14_646_757_548_657_374_695,
      1_825_851_481_601_643_351, 11_340_080_034_533_427_816,
    ]
    let texts = ["", "a", "abcdefgh", "abcdefghi", "The quick brown fox"]
    #expect(texts.map { Hash64.hash(Array($0.utf8).span) } == golden)
    #expect(Hash64.hash(Array("a".utf8).span, seed: 1) == 6_705_151_623_880_633_999)
    #expect(Hash64.mix(0) == 0xE220_A839_7B1D_CDAF)
  }

  @Test func everyBitOfTheInputMovesHalfTheBits() {
    var random = SplitMix64(seed: 3)
    for length in [1, 7, 8, 9, 16, 33] {
      var flips = 0
      let trials = 2000
      for _ in 0..<trials {
        var bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let before = Hash64.hash(bytes.span)
        let bit = Int(random.next() % UInt64(length * 8))
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        flips += (before ^ Hash64.hash(bytes.span)).nonzeroBitCount
      }
      let mean = Double(flips) / Double(trials)
      #expect((31.5...32.5).contains(mean), "length \(length)")
    }
  }

  @Test func zerosOfDifferentLengthDiffer() {
    let hashes = (0..<100).map { Hash64.hash([UInt8](repeating: 0, count: $0).span) }
    #expect(Set(hashes).count == 100)
  }
}
