/// How Java's producer, and ours, chooses a partition by the key.
///
/// Source: `org.apache.kafka.common.utils.Utils.murmur2`; Austin Appleby, MurmurHash2.
enum Murmur2 {
  static func partition(of key: [UInt8], count: Int) -> Int32 {
    Int32(Int(hash(key) & 0x7FFF_FFFF) % count)
  }

  static func hash(_ bytes: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
    let whole = bytes.count & ~3
    for start in stride(from: 0, to: whole, by: 4) {
      var word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
      word &*= multiplier
      word ^= word >> 24
      hash = (hash &* multiplier) ^ (word &* multiplier)
    }
    let rest = bytes[whole...]
    if !rest.isEmpty {
      for (place, byte) in rest.enumerated() { hash ^= UInt32(byte) << (8 * UInt32(place)) }
      hash &*= multiplier
    }
    hash ^= hash >> 13
    hash &*= multiplier
    return hash ^ (hash >> 15)
  }
}
