/// A 64-bit hash that is the same on every machine and in every run.
///
/// Each eight bytes are folded in by a 64 × 64 → 128 bit multiplication, as in Wang Yi's wyhash;
/// it is not that function, and not meant against an adversary. The values are stored in profiles
/// and deltas: they never change.
public enum Hash64 {
  /// The hash of a run of bytes; different seeds give independent functions.
  ///
  /// - Complexity: O(bytes); allocates nothing.
  public static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var state = fold(seed ^ first, UInt64(bytes.count) ^ second)
    var at = 0
    while at + 8 <= bytes.count {
      state = fold(state ^ first, word(bytes, at..<at + 8) ^ second)
      at += 8
    }
    if at < bytes.count { state = fold(state ^ first, word(bytes, at..<bytes.count) ^ second) }
    return mix(state)
  }

  /// The hash of a number; both zeros have the same.
  public static func hash(of number: Double) -> UInt64 { mix((number + 0).bitPattern) }

  /// A one-to-one mixing of 64 bits: hashes a number, given its bit pattern.
  ///
  /// Source: Stafford's variant 13 of MurmurHash3's finalizer, as in SplitMix64.
  public static func mix(_ bits: UInt64) -> UInt64 {
    var mixed = bits &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let first: UInt64 = 0xA076_1D64_78BD_642F
  private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// Little-endian, whatever the machine.
  private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var word: UInt64 = 0
    for index in range.reversed() { word = word << 8 | UInt64(bytes[index]) }
    return word
  }
}
