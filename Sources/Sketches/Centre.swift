/// The integer nearest to a mean, and what remains: `sum == whole * count + rest`.
///
/// Sums of squares and products are centred on it before anything is rounded. As |2 rest| ≤ count,
/// what is then left to take off is at most half of them.
struct Centre {
  let whole: Int128
  let rest: Int128

  /// The centre of so many numbers with this sum; at least one.
  init(sum: Int128, count: UInt64) {
    let divisor = Int128(count)
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: divisor)
    if 2 * remainder > divisor {
      (whole, rest) = (quotient + 1, remainder - divisor)
    } else if 2 * remainder < -divisor {
      (whole, rest) = (quotient - 1, remainder + divisor)
    } else {
      (whole, rest) = (quotient, remainder)
    }
  }
}
