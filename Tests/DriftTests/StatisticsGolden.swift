import Foundation

/// The numbers of `Tests/Golden/statistics.json`, made by `statistics_golden.py`.
struct StatisticsGolden: Decodable {
  struct Test: Decodable {
    let value: Double?
    let p, logP, df: Double?
  }
  struct Line: Decodable {
    let ks, kuiper, mannWhitney, wasserstein, energy: Test
    let cramerVonMises, andersonDarling: Test?
    let quantiles: [Double]
  }
  struct Moments: Decodable {
    let mean, std: Double
    let meanShift, stdRatio, normalizedWasserstein, medianShift: Double?
    let welchT: Test?
  }
  struct Bins: Decodable {
    let psi, kl, hellinger, totalVariation: Double
    let psiP: Double?
    let jsDistance, jsDivergence: Double?
    let lInfinity, cramersV: Double?
    let chiSquared, gTest: Test
    let fisher: Test?
  }
  struct Pair: Decodable {
    let reference, current: Recipe
    let line: Line
    let moments: Moments
    let bins: Bins
  }
  struct Table: Decodable {
    let name: String
    let reference, current: [UInt64]
    let bins: Bins
  }
  struct Tail: Decodable { let x, logP: Double }
  struct Student: Decodable { let t, freedom, logP: Double }
  struct Fisher: Decodable {
    let table: [UInt64]
    let logP: Double
  }
  struct Corrections: Decodable { let p, bonferroni, holm, benjaminiHochberg: [Double] }

  let pairs: [Pair]
  let tables: [Table]
  let cramerVonMises: [Tail]
  let student: [Student]
  let fisher: [Fisher]
  let corrections: Corrections

  /// The file, read once.
  static func load() throws -> StatisticsGolden { try loaded.get() }

  private static let loaded = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(StatisticsGolden.self, from: Data(contentsOf: file))
  }
}
