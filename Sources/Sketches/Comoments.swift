/// How two fields go together: integer sums over rows where both have a value.
///
/// What is summed are ranks in the reference, in 16 bits: nothing is rounded, and nothing overflows
/// while there are fewer rows than a counter holds.
public struct Comoments: Summary {
  /// Rows in the sums.
  public private(set) var count: UInt64 = 0
  private var first = Sums()
  private var second = Sums()
  private var products: UInt128 = 0

  /// Of one of the fields.
  private struct Sums: Equatable {
    var ranks: UInt128 = 0
    var squares: UInt128 = 0

    mutating func record(_ rank: UInt64) {
      ranks &+= UInt128(rank)
      squares &+= UInt128(rank * rank)
    }

    mutating func add(_ rank: UInt128, count: UInt128) {
      ranks &+= rank * count
      squares &+= rank * rank * count
    }

    mutating func merge(_ other: Self) {
      ranks &+= other.ranks
      squares &+= other.squares
    }
  }

  /// Nothing summed yet.
  public init() {}

  /// Adds a row by the ranks of its two values.
  public mutating func record(_ first: UInt16, _ second: UInt16) {
    count.add(1)
    self.first.record(UInt64(first))
    self.second.record(UInt64(second))
    products &+= UInt128(UInt64(first) * UInt64(second))
  }

  /// Adds a row seen `count` times.
  public mutating func add(_ first: UInt16, _ second: UInt16, count: UInt64) {
    self.count.add(count)
    self.first.add(UInt128(first), count: UInt128(count))
    self.second.add(UInt128(second), count: UInt128(count))
    products &+= UInt128(first) * UInt128(second) * UInt128(count)
  }

  /// Adds the other sums.
  public mutating func merge(_ other: Self) {
    count.add(other.count)
    first.merge(other.first)
    second.merge(other.second)
    products &+= other.products
  }

  /// Pearson's correlation of the ranks, from −1 to 1.
  ///
  /// - Returns: nil when either field is constant, when nothing was summed, and when more than can
  ///   be counted was.
  public var correlation: Double? {
    guard isWhole else { return nil }
    let centres = (centre(of: first), centre(of: second))
    let spreads = (spread(of: first, centres.0), spread(of: second, centres.1))
    guard spreads.0 > 0, spreads.1 > 0 else { return nil }
    // Σ(r − a)(s − b) = Σrs − a Σs − b (Σr − a n)
    let joint =
      Int128(products) - centres.0.whole * Int128(second.ranks)
      - centres.1.whole * centres.0.rest
    let correction = centres.0.rest.double / Double(count) * centres.1.rest.double
    let value = (joint.double - correction) / (spreads.0 * spreads.1).squareRoot()
    return max(-1, min(1, value))
  }

  /// A full counter may have stopped counting while the sums went on, and wrapped.
  private var isWhole: Bool { count > 0 && count < .max }

  private func centre(of sums: Sums) -> Centre { Centre(sum: Int128(sums.ranks), count: count) }

  /// The sum of squared distances to the mean; 0 only for a constant.
  private func spread(of sums: Sums, _ centre: Centre) -> Double {
    let centred = Int128(sums.squares) - centre.excess(of: Int128(sums.ranks))
    return centred.double - centre.rest.double / Double(count) * centre.rest.double
  }
}

extension Comoments {
  /// Writes the count, and the sums of what was counted: 1 byte when empty, at most 105.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    guard count > 0 else { return }
    for sum in [first.ranks, second.ranks, first.squares, second.squares, products] {
      writer.wide(sum)
    }
  }

  /// Reads the count and sums.
  ///
  /// The correlation of what is accepted, and of all that is merged from it, can be computed: no
  /// arithmetic on it overflows.
  ///
  /// - Throws: `BadEncoding` when the bytes are no such numbers, or no ranks have these sums.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    count = try reader.varint()
    guard count > 0 else { return }
    let start = reader.position
    first.ranks = try reader.wide()
    second.ranks = try reader.wide()
    first.squares = try reader.wide()
    second.squares = try reader.wide()
    products = try reader.wide()
    guard !isWhole || arePossible else {
      throw BadEncoding("no ranks have these sums, squares and products", at: start)
    }
  }

  private static let largest = UInt128(UInt16.max)

  /// Whether the sums lie within bounds that all ranks keep; those of two parts add up to those of
  /// the whole, so a merge keeps them.
  ///
  /// Besides those of each field: r s, (m − r) s, r (m − s) and (m − r)(m − s) are not negative for
  /// the largest rank m, and r + s and r − s are integers, whose squares are not below the least.
  private var arePossible: Bool {
    guard isPossible(first), isPossible(second) else { return false }
    guard products <= Self.largest * min(first.ranks, second.ranks) else { return false }
    let most = Self.largest * Self.largest * UInt128(count)
    guard Self.largest * (first.ranks + second.ranks) <= most + products else { return false }
    let (one, other) = (Int128(first.ranks), Int128(second.ranks))
    let (squares, twice) = (Int128(first.squares + second.squares), 2 * Int128(products))
    return squares + twice >= leastSquares(one + other)
      && squares - twice >= leastSquares(one - other)
  }

  private func isPossible(_ sums: Sums) -> Bool {
    sums.ranks <= Self.largest * UInt128(count)
      && sums.squares <= Self.largest * sums.ranks
      && Int128(sums.squares) >= leastSquares(Int128(sums.ranks))
  }

  /// The least sum of squares of integers with this sum: all are one of the two next to the mean.
  private func leastSquares(_ sum: Int128) -> Int128 {
    let centre = Centre(sum: sum, count: count)
    return centre.excess(of: sum) + Int128(centre.rest.magnitude)
  }
}

extension Centre {
  /// What the squares of numbers with this sum exceed those of their distances to the centre by.
  ///
  /// Σ(q − c)² = Σq² − c (Σq + r), with Σq = c n + r.
  fileprivate func excess(of sum: Int128) -> Int128 { whole * (sum + rest) }
}
