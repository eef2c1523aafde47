/// Mean and standard deviation from integer sums: exact addition, so free of order.
///
/// A value is rounded once, to a multiple of 2⁻³² of the unit (ties to even), and then only
/// integers are added: the sum in 128 bits, the squares in 192. The unit is the power of two at or
/// above the spread of the reference (p99 − p1), which makes the scaling itself exact: all
/// multiples of the step, as a rule the integers among them, give exact sums. A value beyond ±2³¹
/// units is counted in `beyond` instead: one 10³⁰⁰ must not drown a window's mean.
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
    let steps = value * unit.stepsPerOne
    guard steps.magnitude < 0x1p63 else { return beyond.add(count) }
    let integer = Int64(steps.rounded(.toNearestOrEven))
    let square = UInt128(integer.magnitude) * UInt128(integer.magnitude)
    self.count.add(count)
    sum &+= Int128(integer) * Int128(count)
    squares += WideInteger(count, times: square)
  }

  /// Adds a column of finite values.
  mutating func record(_ values: Span<Double>, unit: Unit) {
    let stepsPerOne = unit.stepsPerOne
    var (near, sum, squares): (UInt64, Int128, UInt128) = (0, 0, 0)
    for index in values.indices {
      let steps = values[index] * stepsPerOne
      // so small that the squares of 2³⁶ values fit 128 bits
      guard steps.magnitude < 0x1p46 else {
        add(values[index], count: 1, unit: unit)
        continue
      }
      let integer = Int128(steps.nearest)
      near &+= 1
      sum &+= integer
      squares &+= UInt128(truncatingIfNeeded: integer &* integer)
    }
    count.add(near)
    self.sum &+= sum
    self.squares += WideInteger(1, times: squares)
  }

  /// Adds the other sums.
  public mutating func merge(_ other: Self) {
    count.add(other.count)
    beyond.add(other.beyond)
    sum &+= other.sum
    squares += other.squares
  }

  /// Values in the sums and beyond.
  public var total: UInt64 {
    var total = count
    total.add(beyond)
    return total
  }

  /// Arithmetic mean in field units; nil when nothing was summed, or more than can be counted.
  public func mean(unit: Unit) -> Double? {
    guard hasMean else { return nil }
    let centre = centre
    return (centre.whole.double + centre.rest.double / Double(count)) / unit.stepsPerOne
  }

  /// Population standard deviation (divisor n) in field units; nil when there is no mean.
  ///
  /// The squares are centred on the integer nearest to the mean in 192-bit arithmetic before the
  /// first rounding, so nothing cancels however small the spread is beside the mean.
  public func standardDeviation(unit: Unit) -> Double? {
    guard hasMean else { return nil }
    let rest = centre.rest
    let centred = squares - excess
    let correction = rest.double / Double(count) * rest.double
    let variance = max(0, centred.double - correction) / Double(count)
    return variance.squareRoot() / unit.stepsPerOne
  }

  /// A full counter may have stopped counting while the sums went on, and wrapped.
  private var hasMean: Bool { count > 0 && count < .max }

  /// What the squares of the values exceed those of the distances to the centre by.
  ///
  /// Σ(q − c)² = Σq² − c (Σq + r), with Σq = c n + r; as |2r| ≤ n, both factors have one sign.
  private var excess: WideInteger {
    let centre = centre
    return WideInteger(UInt64(centre.whole.magnitude), times: (sum + centre.rest).magnitude)
  }

  /// The integer nearest to the mean in steps.
  private var centre: Centre { Centre(sum: sum, count: count) }
}

extension Moments {
  /// Writes the counts, and the sums of what was summed: 2 bytes when empty, at most 68.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    writer.varint(beyond)
    guard count > 0 else { return }
    writer.wide(sum)
    squares.encode(into: &writer)
  }

  /// Reads the counts and sums.
  ///
  /// Mean and deviation of what is accepted, and of all that is merged from it, can be computed:
  /// no arithmetic on them overflows.
  ///
  /// - Throws: `BadEncoding` when the bytes are no such numbers, or no values have these sums.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    count = try reader.varint()
    beyond = try reader.varint()
    guard count > 0 else { return }
    let start = reader.position
    sum = try reader.wide()
    squares = try WideInteger(from: &reader)
    guard !hasMean || arePossible else {
      throw BadEncoding("no values have this sum and these squares", at: start)
    }
  }

  /// Whether the sums lie within the bounds that `count` integers of 64 bits set them.
  ///
  /// The squares are least when all values are one of the two integers next to the mean: then
  /// Σ(q − c)² = |r|. The bounds of two parts add up to bounds of the whole, so a merge keeps them.
  private var arePossible: Bool {
    let largest = UInt128(Int64.max)
    guard sum.magnitude <= UInt128(count) * largest else { return false }
    var least = excess
    least += WideInteger(centre.rest.magnitude)
    return least <= squares && squares <= WideInteger(count, times: largest * largest)
  }
}

extension Double {
  /// The nearest integer, ties to even, of a number of a magnitude below 2⁵¹.
  ///
  /// It is the last digits of a sum of that size; `rounded(_:)` calls a function.
  fileprivate var nearest: Int64 {
    let base = 0x1.8p52
    return Int64(bitPattern: (self + base).bitPattern &- base.bitPattern)
  }
}
