internal import Records

/// Random numbers that are the same for a seed on every machine and in every release.
///
/// 64 bits come from SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014), normal numbers from Marsaglia's polar method. Only operations that
/// IEEE 754 defines to the last bit are used: logarithm and exponential are those of this file.
struct SeededNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Numbers of their own for one use of a seed, whatever else is drawn.
  init(seed: UInt64, use: String) {
    self.init(seed: Hash64.hash(Array(use.utf8).span, seed: seed))
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    defer { state &+= 0x9E37_79B9_7F4A_7C15 }
    return Hash64.mix(state)
  }

  /// A number in [0, 1) with 53 random bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of mean 0 and standard deviation 1.
  mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      return x * (-2 * Self.logarithm(square) / square).squareRoot()
    }
  }

  /// The natural logarithm of a positive number, within two units in the last place.
  ///
  /// 2^k·m with m in [√½, √2), and 2·artanh((m − 1)/(m + 1)) as a series.
  static func logarithm(_ number: Double) -> Double {
    var exponent = Double(number.exponent)
    var significand = number.significand
    if significand > 1.414_213_562_373_095_1 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var series = 0.0
    for power in stride(from: 25.0, through: 3, by: -2) { series = (series + 1 / power) * square }
    return exponent * ln2High + (2 * ratio + (2 * ratio * series + exponent * ln2Low))
  }

  /// e to the power of a number of magnitude 700 at most, within two units in the last place.
  static func exponential(_ number: Double) -> Double {
    let exponent = (number / (ln2High + ln2Low)).rounded()
    let rest = (number - exponent * ln2High) - exponent * ln2Low
    var series = 1.0
    for power in stride(from: 16.0, through: 1, by: -1) { series = 1 + series * rest / power }
    return Double(sign: .plus, exponent: Int(exponent), significand: series)
  }

  /// The upper bits of ln 2, so few that products with exponents are exact, and the rest.
  private static let (ln2High, ln2Low) = (0x1.62E42FEEp-1, 0x1.A39EF35793C76p-33)
}
