/// A percentile above 0 and below 100, in whole thousandths, so that its ranks are exact.
public struct Percentile: Hashable, Sendable {
  /// Thousandths of a percent.
  private let thousandths: UInt64

  /// Half of all.
  public static let median = Percentile(thousandths: 50_000)

  /// So many thousandths of a percent.
  init(thousandths: UInt64) {
    precondition((1..<100_000).contains(thousandths), "\(thousandths) thousandths of a percent")
    self.thousandths = thousandths
  }

  /// Reads a name as rules write it: `p50`, `p99.9`.
  ///
  /// - Returns: nil for what is not above 0 and below 100, has more than three decimals, or is
  ///   spelled in another way, such as `p05` and `p50.0`: each percentile has one name.
  public init?(_ name: String) {
    let parts = name.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count > 1 ? parts[1] : ""
    guard parts.count <= 2, decimals.count <= 3,
      let read = UInt64(parts[0] + decimals + String(repeating: "0", count: 3 - decimals.count)),
      (1..<100_000).contains(read)
    else { return nil }
    thousandths = read
    guard self.name == name else { return nil }
  }

  /// As rules and records write it.
  public var name: String {
    let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1_000)
    guard rest > 0 else { return "p\(whole)" }
    var decimals = "\(1_000 + rest)".dropFirst()
    while decimals.last == "0" { decimals.removeLast() }
    return "p\(whole).\(decimals)"
  }

  /// Its rank, counted from 1, among so many values.
  func rank(in count: UInt64) -> UInt64 { Quantile.rank(thousandths, of: 100_000, in: count) }
}

extension Percentile: Comparable {
  /// The lower one is the smaller part of all.
  public static func < (left: Self, right: Self) -> Bool { left.thousandths < right.thousandths }
}
