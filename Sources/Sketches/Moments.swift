/// Mean and standard deviation from integer sums: exact addition, so free of order.
///
/// A value is rounded once, to a multiple of 2⁻³² of the unit, and then only integers are added:
/// the sum in 128 bits, the squares in 192. The unit is the power of two at or above the spread of
/// the reference (p99 − p1), which makes the scaling itself exact: all multiples of the step, as a
/// rule the integers among them, give exact sums. A value beyond ±2³¹ units is counted in `beyond`
/// instead: one 10³⁰⁰ must not drown a window's mean.
public struct Moments: Summary {
  /// The scale of a field's moments.
  public struct Unit: Equatable, Sendable {
    /// A power of two.
    public let size: Double

    /// The power of two at or above a spread.
    ///
    /// Values far from 0 for their spread would lie beyond ±2³¹ units (milliseconds since 1970 that
    /// span a minute do), so the unit is never finer than the last digit of the magnitude needs.
    ///
    /// - Parameters:
    ///   - spread: Not negative. Spreads too small or too large to be divided by safely are taken
    ///     as the nearest safe one.
    ///   - magnitude: Largest absolute value of what the sums are for, or 0.
    public init(covering spread: Double, magnitude: Double = 0) {
      precondition(spread >= 0 && magnitude >= 0, "unit of \(spread) around \(magnitude)")
      let safe = min(max(spread, magnitude * 0x1p-21, 0x1p-900), 0x1p1000)
      let floor = Double(sign: .plus, exponent: safe.exponent, significand: 1)
      size = safe == floor ? safe : 2 * floor
    }

    fileprivate var stepsPerOne: Double { 0x1p32 / size }
  }

  /// Values in the sums.
  public private(set) var count: UInt64 = 0
  /// Values too far out to be summed.
  public private(set) var beyond: UInt64 = 0
  private var sum: Int128 = 0
  private var squares = WideInteger()

  /// Nothing summed yet.
  public init() {}

  /// Adds one finite value.
  public mutating func record(_ value: Double, unit: Unit) { add(value, count: 1, unit: unit) }

  /// Adds a finite value seen `count` times.
  public mutating func add(_ value: Double, count: UInt64, unit: Unit) {
    let steps = (value * unit.stepsPerOne).rounded()
    guard steps.magnitude < 0x1p63 else { return beyond.add(count) }
    let integer = Int64(steps)
    let square = UInt128(integer.magnitude) * UInt128(integer.magnitude)
    self.count.add(count)
    sum &+= Int128(integer) * Int128(count)
    squares += WideInteger(count, times: square)
  }

  /// Adds the other sums.
  public mutating func merge(_ other: Self) {
    count.add(other.count)
    beyond.add(other.beyond)
    sum &+= other.sum
    squares += other.squares
  }

  /// Arithmetic mean in field units; nil when nothing was summed.
  public func mean(unit: Unit) -> Double? {
    guard count > 0 else { return nil }
    let (whole, rest) = centre
    return (Double(whole) + Double(rest) / Double(count)) / unit.stepsPerOne
  }

  /// Population standard deviation (divisor n) in field units; nil when nothing was summed.
  ///
  /// The squares are centred on the integer nearest to the mean in 192-bit arithmetic before the
  /// first rounding, so nothing cancels however small the spread is beside the mean.
  public func standardDeviation(unit: Unit) -> Double? {
    guard count > 0 else { return nil }
    let (whole, rest) = centre
    // Σ(q − c)² = Σq² − c (Σq + r), with Σq = c n + r; as |2r| ≤ n, both factors have one sign.
    let product = WideInteger(UInt64(whole.magnitude), times: (sum + rest).magnitude)
    let centred = squares - product
    let correction = Double(rest) / Double(count) * Double(rest)
    let variance = max(0, centred.double - correction) / Double(count)
    return variance.squareRoot() / unit.stepsPerOne
  }

  /// The integer nearest to the mean in steps, and what remains: `sum == whole * count + rest`.
  private var centre: (whole: Int128, rest: Int128) {
    let divisor = Int128(count)
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: divisor)
    if 2 * remainder > divisor { return (quotient + 1, remainder - divisor) }
    if 2 * remainder < -divisor { return (quotient - 1, remainder + divisor) }
    return (quotient, remainder)
  }
}
