import TestSupport

/// How a sample of `statistics.json` is made, here and in `statistics_golden.py`.
struct Recipe: Decodable {
  var shape: String
  var seed: UInt64
  var count: Int
  var scale, shift: Double

  /// The sample, in the order of the generator.
  func values() -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in draw(&random) * scale + shift }
  }

  private func draw(_ random: inout SplitMix64) -> Double {
    switch shape {
    case "bell": return random.uniform() + random.uniform() + random.uniform() + random.uniform()
    case "skewed":
      let u = random.uniform()
      return (u * u) * (u * u)
    case "eighths": return (random.uniform() * 40).rounded(.down) / 8
    case "integers": return Double(random.next() % 1000)
    case "few": return Double(random.next() % 4)
    case "zeros": return [-0.0, 0.0, 1.0][Int(random.next() % 3)]
    case "inflated":
      let u = random.uniform()
      return u < 0.7 ? 0 : u
    case "subnormal": return Double(random.next() % 1000) * 0x1p-1074
    case "one": return 1
    default: return random.uniform()
    }
  }
}

extension Recipe: CustomStringConvertible {
  var description: String { "\(shape)(\(seed))×\(count)·\(scale)+\(shift)" }
}
