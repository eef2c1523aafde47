/// Numbers as people like to read them: four significant digits.
public enum NumberText {
  /// `0.2614`, `1235`, `12350000`, `1.2e-07`; the rounding is half up and exact.
  ///
  /// - Parameter value: Any number.
  /// - Returns: `n/a` for what is not finite.
  public static func readable(_ value: Double) -> String {
    guard value.isFinite else { return "n/a" }
    guard value != 0 else { return "0" }
    var (digits, exponent) = decimal(of: value.magnitude)
    round(&digits, &exponent, to: 4)
    while digits.last == 0, digits.count > 1 { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    return sign + text(digits, exponent)
  }

  /// A share in percent: `26.14%`.
  public static func percentage(_ share: Double) -> String {
    share.isFinite ? readable(share * 100) + "%" : "n/a"
  }

  /// 0.d₁d₂d₃… · 10^exponent, from the shortest text that reads back as the number.
  private static func decimal(of value: Double) -> (digits: [Int], exponent: Int) {
    let parts = value.description.split(separator: "e", omittingEmptySubsequences: false)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var exponent = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    var digits = mantissa.joined().compactMap(\.wholeNumberValue)
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    return (digits, exponent)
  }

  private static func round(_ digits: inout [Int], _ exponent: inout Int, to count: Int) {
    guard digits.count > count else { return }
    let roundsUp = digits[count] >= 5
    digits.removeLast(digits.count - count)
    guard roundsUp else { return }
    var index = count - 1
    while index >= 0, digits[index] == 9 {
      digits[index] = 0
      index -= 1
    }
    if index >= 0 {
      digits[index] += 1
    } else {
      digits = [1] + digits.dropLast()
      exponent += 1
    }
  }

  private static func text(_ digits: [Int], _ exponent: Int) -> String {
    let all = digits.map(String.init).joined()
    if (-3...0).contains(exponent) {
      return "0." + String(repeating: "0", count: -exponent) + all
    }
    if exponent > 0, exponent <= 15 {
      if digits.count <= exponent {
        return all + String(repeating: "0", count: exponent - digits.count)
      }
      return String(all.prefix(exponent)) + "." + all.dropFirst(exponent)
    }
    let power = exponent - 1
    let sign = power < 0 ? "-" : "+"
    let fraction = digits.count > 1 ? "." + all.dropFirst(1) : ""
    return "\(digits[0])\(fraction)e\(sign)\(power.magnitude < 10 ? "0" : "")\(power.magnitude)"
  }
}
