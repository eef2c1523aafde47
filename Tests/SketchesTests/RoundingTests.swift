import Sketches
import TestSupport
import Testing

@Suite("Wide integers as doubles")
struct RoundingTests {
  @Test("Every size is rounded as the standard library's conversion rounds it")
  func agreesWithTheStandardLibrary() {
    var random = SplitMix64(seed: 11)
    for bits in 0..<128 {
      for _ in 0..<50 {
        let wide = UInt128(random.next()) << 64 | UInt128(random.next())
        let value = wide >> UInt128(bits)
        #expect(value.double == Double(value), "\(value)")
        let signed = Int128(truncatingIfNeeded: value)
        #expect(signed.double == Double(signed), "\(signed)")
      }
    }
  }

  @Test("Half-way between two doubles it goes to the even one, and one more tips the scale")
  func roundsTiesToEven() {
    let even: UInt128 = 1 << 100
    let half: UInt128 = 1 << 47
    #expect((even + half).double == 0x1p100)
    #expect((even + half + 1).double == 0x1.0000000000001p100)
    #expect((even + 3 * half).double == 0x1.0000000000002p100)
    #expect((-Int128(even + half)).double == -0x1p100)
    #expect(Int128.min.double == -0x1p127)
    #expect(UInt128.max.double == 0x1p128)
    #expect(Int128.zero.double == 0)
  }
}
