extension Int128 {
  /// The nearest double, ties to even.
  ///
  /// As `Double(self)`, whose generic conversion takes forty times as long; most fit 64 bits.
  public var double: Double {
    let low = Int64(truncatingIfNeeded: self)
    if Int128(low) == self { return Double(low) }
    let size = magnitude.double
    return self < 0 ? -size : size
  }
}

extension UInt128 {
  /// The nearest double, ties to even.
  public var double: Double {
    let excess = 64 - leadingZeroBitCount
    guard excess > 0 else { return Double(UInt64(truncatingIfNeeded: self)) }
    // The 64 leading bits, the last of which says whether anything follows: enough to round.
    let leading = UInt64(truncatingIfNeeded: self >> excess)
    let follows = self & (1 << UInt128(excess) - 1) != 0
    return Double(leading | (follows ? 1 : 0))
      * Double(sign: .plus, exponent: excess, significand: 1)
  }
}
