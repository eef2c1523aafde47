import Testing

@testable import Drift

@Suite("Laws of p-values and their corrections")
struct LawTests {
  @Test("the Cramér–von Mises tail keeps 11 digits of its logarithm")
  func cramerVonMises() throws {
    for expected in try StatisticsGolden.load().cramerVonMises {
      let tail = CramerVonMisesDistribution.tail(expected.x)
      expect(tail.logarithm, expected.logP, 1e-11, floor: 1e-3, "x \(expected.x)")
    }
    #expect(CramerVonMisesDistribution.tail(0) == .one)
    #expect(CramerVonMisesDistribution.tail(400).logarithm < -1900)
  }

  @Test("Student's tails keep 11 digits of their logarithm")
  func student() throws {
    for expected in try StatisticsGolden.load().student {
      let tail = SpecialFunctions.studentTails(expected.t, degreesOfFreedom: expected.freedom)
      let comment = "t \(expected.t), \(expected.freedom) degrees of freedom"
      expect(tail.logarithm, expected.logP, 1e-11, comment)
    }
    #expect(SpecialFunctions.studentTails(.infinity, degreesOfFreedom: 3).value == 0)
  }

  @Test("Fisher's exact test against integers")
  func fisher() throws {
    for expected in try StatisticsGolden.load().fisher {
      let table = expected.table
      let field = comparison(
        reference: [table[2], table[3], 0],
        current: [table[0], table[1], 0]
      )
      let measured = FisherExact.measure(field)
      expect(measured.logPValue, expected.logP, 1e-11, floor: 1e-2, "\(table)")
    }
  }

  @Test("Bonferroni, Holm, Benjamini–Hochberg, whatever lies between")
  func corrections() throws {
    let expected = try StatisticsGolden.load().corrections
    let logarithms = expected.p.map { TailProbability($0).logarithm }
    let adjusted = MultipleTesting.adjusted([nil] + logarithms + [nil])
    #expect(adjusted[0] == nil && adjusted[adjusted.count - 1] == nil)
    for (index, correction) in adjusted.dropFirst().dropLast().enumerated() {
      expect(correction?.bonferroni.value, expected.bonferroni[index], 1e-14, "bonferroni")
      expect(correction?.holm.value, expected.holm[index], 1e-14, "holm")
      let rate = correction?.benjaminiHochberg.value
      expect(rate, expected.benjaminiHochberg[index], 1e-14, "benjamini_hochberg")
    }
    #expect(MultipleTesting.adjusted([]).isEmpty)
  }

  @Test("corrections keep the order of what underflows")
  func underflow() {
    let adjusted = MultipleTesting.adjusted([-2000, -1000, -1500])
    let order = adjusted.map { $0?.benjaminiHochberg.logarithm ?? 0 }
    #expect(order[0] < order[2] && order[2] < order[1])
    #expect(adjusted.allSatisfy { $0?.holm.value == 0 })
  }
}
