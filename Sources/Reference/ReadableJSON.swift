/// Lays out compact JSON for people: one member a line, arrays of scalars on one line.
enum ReadableJSON {
  private static let shortObject = 90

  /// The same value with line breaks and two spaces of indentation.
  ///
  /// - Parameter compact: Valid JSON without white space between tokens.
  /// - Returns: The text, without a line break at its end.
  /// - Complexity: O(bytes · depth).
  static func indented(_ compact: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(compact.count + compact.count / 4)
    var depth = 0
    var at = 0
    func breakLine() {
      result.append(UInt8(ascii: "\n"))
      result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
    while at < compact.count {
      let byte = compact[at]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if let end = endOfLine(compact, from: at) {
          result.append(contentsOf: compact[at..<end])
          at = end
          continue
        }
        depth += 1
        result.append(byte)
        breakLine()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        breakLine()
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        breakLine()
      case UInt8(ascii: ":"):
        result.append(byte)
        result.append(UInt8(ascii: " "))
      case UInt8(ascii: "\""):
        let end = endOfString(compact, from: at)
        result.append(contentsOf: compact[at..<end])
        at = end
        continue
      default: result.append(byte)
      }
      at += 1
    }
    return result
  }

  /// Where a container ends that stands on one line: it has no other in it, and is an array or
  /// short; nil for any other.
  private static func endOfLine(_ compact: [UInt8], from start: Int) -> Int? {
    let isObject = compact[start] == UInt8(ascii: "{")
    var at = start + 1
    while at < compact.count, !isObject || at - start < shortObject {
      switch compact[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"): return at + 1
      case UInt8(ascii: "\""): at = endOfString(compact, from: at)
      default: at += 1
      }
    }
    return nil
  }

  /// Behind the closing quote.
  private static func endOfString(_ compact: [UInt8], from start: Int) -> Int {
    var at = start + 1
    while at < compact.count, compact[at] != UInt8(ascii: "\"") {
      at += compact[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(at + 1, compact.count)
  }
}
