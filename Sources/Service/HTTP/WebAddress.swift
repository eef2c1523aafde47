/// Where a process listens for HTTP.
public struct WebAddress: Equatable, Sendable, CustomStringConvertible {
  /// A name or an address; of IPv6 without brackets.
  public let host: String
  /// The port; 0 for a free one.
  public let port: Int

  /// Where it is unless somebody says otherwise: this machine alone.
  public static let standard = WebAddress(host: "127.0.0.1", port: 8_787)

  init(host: String, port: Int) { (self.host, self.port) = (host, port) }

  /// Reads `host:port`, `[::1]:port` or a port alone; nil for what is none of these.
  public init?(_ text: String) {
    let host: Substring
    let digits: Substring
    if let colon = text.lastIndex(of: ":") {
      (host, digits) = (text[..<colon], text[text.index(after: colon)...])
    } else {
      (host, digits) = (Self.standard.host[...], text[...])
    }
    guard let port = UInt16(digits), digits.allSatisfy(\.isNumber) else { return nil }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let name = isBracketed ? host.dropFirst().dropLast() : host
    guard !name.isEmpty, name.contains(":") == isBracketed,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".:-_%".contains($0)) })
    else { return nil }
    self.init(host: String(name), port: Int(port))
  }

  /// Whether only this machine reaches it.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
  }

  /// As it is written.
  public var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
