import Foundation

/// The numbers of `Tests/Golden/drift.json`, made by `drift_golden.py` with scipy and mpmath.
struct Golden: Decodable {
  struct Group<Case: Decodable>: Decodable { let cases: [Case] }
  struct Tail: Decodable {
    let x, freedom: Double
    let p, logP: Double
  }
  struct Quantile: Decodable { let p, z: Double }
  struct Value: Decodable { let x, value: Double }
  struct OneSided: Decodable { let n, x, logP: Double }
  struct Kolmogorov: Decodable { let n, x, p: Double }
  struct TwoSample: Decodable {
    let m, n: UInt64
    let d: Double?
    let p, logP: Double?
  }
  struct Divergence: Decodable {
    let name: String
    let reference, current: [UInt64]
    let psi, expectation, jensenShannon, totalVariation: Double
    let jensenShannonScipy: Double?
  }
  struct Newcombe: Decodable {
    let hits, n, referenceHits, m: UInt64
    let alpha, bound: Double
  }
  struct NumericBound: Decodable {
    let distance, bound, alpha, delta, value: Double
    let m, n: UInt64
  }
  struct CategoricalBound: Decodable {
    let reference, current: [UInt64]
    let alpha, value: Double
  }

  let chiSquared: Group<Tail>
  let normalQuantile: Group<Quantile>
  let stirlingError: Group<Value>
  let oneSided, oneSidedHuge: Group<OneSided>
  let kolmogorov: Group<Kolmogorov>
  let twoSampleExact, twoSampleDeep, twoSampleAsymptotic, separated: Group<TwoSample>
  let divergences: Group<Divergence>
  let newcombe: Group<Newcombe>
  let driftNumeric: Group<NumericBound>
  let driftCategorical: Group<CategoricalBound>

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/drift.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// |value − expected| over |expected|; the plain difference where 0 is expected.
func relativeError(_ value: Double, _ expected: Double) -> Double {
  if value == expected { return 0 }
  return abs(value - expected) / (expected == 0 ? 1 : abs(expected))
}
