@testable import Service
import Foundation
import Testing

/// Golden numbers are those of a Python program of a few lines: SplitMix64 by its paper, logarithms
/// and exponentials of mpmath with 200 bits.
@Suite struct SeededNumbersTests {
  @Test func theNumbersAreThoseOfTheirPapers() {
    var numbers = SeededNumbers(seed: 42)
    #expect((0..<3).map { _ in numbers.next() } == Self.bits)
    numbers = SeededNumbers(seed: 42)
    let uniform = [0.741_564_878_771_823_3, 0.159_910_392_876_920_1, 0.278_601_130_255_138_66]
    #expect((0..<3).map { _ in numbers.uniform() } == uniform)
    numbers = SeededNumbers(seed: 42)
    let normal = [
      0.492_950_655_817_374_85, -1.281_077_347_877_702_4, -0.601_877_981_095_733_1,
      -1.542_360_681_835_265_4, -1.451_510_385_569_557_5,
    ]
    #expect((0..<5).map { _ in numbers.normal() } == normal)
    numbers = SeededNumbers(seed: 42)
    let lognormal = [3.478_062_298_412_544, 1.432_557_525_275_913_3, 2.011_862_700_200_770_5]
    #expect(
      (0..<3).map { _ in SeededNumbers.exponential(1 + 0.5 * numbers.normal()) } == lognormal
    )
  }

  private static let bits: [UInt64] = [
    0xBDD7_3226_2FEB_6E95, 0x28EF_E333_B266_F103, 0x4752_6757_130F_9F52,
  ]

  @Test(arguments: [
    (1e-300, -690.775_527_898_213_7), (0.1, -2.302_585_092_994_045_5),
    (0.5, -0.693_147_180_559_945_3), (0.7, -0.356_674_943_938_732_45),
    (1, 0), (1.4142, 0.346_564_000_188_003_3), (2, 0.693_147_180_559_945_3),
    (10, 2.302_585_092_994_046), (12345.678, 9.421_061_321_291_832),
    (1e300, 690.775_527_898_213_7),
  ])
  func logarithmsAreRight(number: Double, logarithm: Double) {
    let found = SeededNumbers.logarithm(number)
    #expect(abs(found - logarithm) <= 2 * logarithm.ulp, "\(found)")
  }

  @Test(arguments: [
    (-700, 9.859_676_543_759_77e-305), (-1.5, 0.223_130_160_148_429_82), (-1e-9, 0.999_999_999),
    (0, 1), (0.3, 1.349_858_807_576_003_2), (1, 2.718_281_828_459_045),
    (2.5, 12.182_493_960_703_473), (100, 2.688_117_141_816_135_6e43),
    (700, 1.014_232_054_735_004_5e304),
  ])
  func exponentialsAreRight(number: Double, power: Double) {
    let found = SeededNumbers.exponential(number)
    #expect(abs(found - power) <= 2 * power.ulp, "\(found)")
  }

  @Test func bothAreWithinTwoUnitsEverywhere() {
    var numbers = SeededNumbers(seed: 1)
    for _ in 0..<20_000 {
      let power = (numbers.uniform() - 0.5) * 1_400
      let exponential = exp(power)
      #expect(abs(SeededNumbers.exponential(power) - exponential) <= 3 * exponential.ulp)
      let number = exp((numbers.uniform() - 0.5) * 100)
      #expect(abs(SeededNumbers.logarithm(number) - log(number)) <= 3 * log(number).ulp)
    }
  }

  @Test func normalNumbersAreNormal() {
    var numbers = SeededNumbers(seed: 3)
    let values = (0..<100_000).map { _ in numbers.normal() }
    let mean = values.reduce(0, +) / 100_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.015)
    // the shares beyond one, two and three deviations
    for (distance, share) in [(1.0, 0.317_31), (2, 0.045_50), (3, 0.002_700)] {
      let beyond = Double(values.count { $0.magnitude > distance }) / 100_000
      #expect(abs(beyond - share) < 4 * (share / 100_000).squareRoot(), "\(distance): \(beyond)")
    }
  }

  @Test func usesOfOneSeedKnowNothingOfEachOther() {
    var (one, other) = (
      SeededNumbers(seed: 7, use: "field x"), SeededNumbers(seed: 7, use: "field c")
    )
    #expect(20 + 2 * one.normal() == 20.159_826_765_736_984)
    #expect(20 + 2 * one.normal() == 19.295_414_257_294_322)
    #expect(one.next() != other.next())
    #expect(SeedText.seed(of: "silence") == 0x7564_DA36_B9B2_A058)
  }
}
