/// JSON read the plain way, byte by byte into a tree: slow, and like the decoder in nothing.
struct PlainJSON {
  indirect enum Value {
    case scalar(Cell)
    case array(text: [UInt8])
    case object([(key: [UInt8], value: Value)], text: [UInt8])
  }

  /// What ends the reading.
  enum Fault: Error { case malformed, tooDeep }

  private let bytes: [UInt8]
  private let depthLimit: Int
  private var at = 0

  /// Reads one value that fills the bytes but for white space around it.
  static func value(_ bytes: [UInt8], depthLimit: Int) throws(Fault) -> Value {
    var reader = PlainJSON(bytes: bytes, depthLimit: depthLimit)
    reader.skipSpace()
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.at == bytes.count else { throw .malformed }
    return value
  }

  private init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
  }

  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(Fault) -> Value {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < depthLimit else { throw .tooDeep }
      return byte == UInt8(ascii: "{") ? try object(depth: depth + 1) : try array(depth: depth + 1)
    case UInt8(ascii: "\""):
      let text = try string()
      return .scalar(text.isEmpty ? .empty : .string(String(decoding: text, as: UTF8.self)))
    default: return .scalar(try word())
    }
  }

  private mutating func object(depth: Int) throws(Fault) -> Value {
    let start = at
    var members: [(key: [UInt8], value: Value)] = []
    at += 1
    skipSpace()
    if takes("}") { return .object([], text: Array(bytes[start..<at])) }
    repeat {
      skipSpace()
      let key = try string()
      skipSpace()
      guard takes(":") else { throw .malformed }
      skipSpace()
      members.append((key, try value(depth: depth)))
      skipSpace()
    } while takes(",")
    guard takes("}") else { throw .malformed }
    return .object(members, text: Array(bytes[start..<at]))
  }

  private mutating func array(depth: Int) throws(Fault) -> Value {
    let start = at
    at += 1
    skipSpace()
    if takes("]") { return .array(text: Array(bytes[start..<at])) }
    repeat {
      skipSpace()
      _ = try value(depth: depth)
      skipSpace()
    } while takes(",")
    guard takes("]") else { throw .malformed }
    return .array(text: Array(bytes[start..<at]))
  }

  private mutating func string() throws(Fault) -> [UInt8] {
    guard takes("\"") else { throw .malformed }
    var text: [UInt8] = []
    while let byte, byte >= 0x20 {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): text += try escape()
      default: text.append(byte)
      }
    }
    throw .malformed
  }

  private mutating func escape() throws(Fault) -> [UInt8] {
    let simple = Array("\"\"\\\\//b\u{8}f\u{C}n\nr\rt\t".utf8)
    guard let letter = byte else { throw .malformed }
    at += 1
    if letter == UInt8(ascii: "u") {
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard takes("\\"), takes("u") else { throw .malformed }
        units.append(try unit())
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw .malformed }
      return Array(text.utf8)
    }
    let index = stride(from: 0, to: simple.count, by: 2).first { simple[$0] == letter }
    guard let index else { throw .malformed }
    return [simple[index + 1]]
  }

  private mutating func unit() throws(Fault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = byte.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw .malformed
      }
      unit = unit << 4 | UInt16(digit)
      at += 1
    }
    return unit
  }

  private mutating func word() throws(Fault) -> Cell {
    let start = at
    while let byte, !Array("{}[],:\" \t\n\r".utf8).contains(byte) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    switch text {
    case "null": return .null
    case "NaN": return .nan
    case "Infinity", "-Infinity": return .infinite(text == "Infinity" ? .infinity : -.infinity)
    case "true", "false": return .boolean(text)
    default:
      guard isNumber(bytes[start..<at]), let number = Double(text) else { throw .malformed }
      return number.isInfinite ? .infinite(number) : .number(number + 0, text: text)
    }
  }

  /// A sign, digits without a leading zero, a point with digits, an exponent with digits.
  private func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func digits() -> Int {
      let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let zero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || whole > 1 && !zero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if let sign = rest.first, Array("+-".utf8).contains(sign) { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
