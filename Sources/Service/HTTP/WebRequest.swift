/// A request as far as routes look at it.
struct WebRequest: Sendable {
  var method: String
  /// Without the query, as it was sent: nothing is decoded, and nothing taken out of it.
  var path: String
  /// Decoded; of a name that is given twice the first counts.
  var query: [String: String] = [:]
  /// As sent; nil without one.
  var host: String?
  var authorization: String?

  /// A request for a target as it stands in the first line.
  init(method: String, target: String, host: String? = nil, authorization: String? = nil) {
    self.method = method
    (self.host, self.authorization) = (host, authorization)
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts.first ?? "")
    guard parts.count > 1 else { return }
    for pair in parts[1].split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.count > 1 ? Self.decoded(sides[1]) : ""
      query[Self.decoded(sides[0]), default: value] = query[Self.decoded(sides[0])] ?? value
    }
  }

  /// Undoes percent encoding; what is none of it stays as it is.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "+") {
        bytes.append(UInt8(ascii: " "))
      } else if byte == UInt8(ascii: "%"), rest.count >= 2,
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What is answered.
struct WebAnswer: Sendable, Equatable {
  var status: Int
  var type: String
  var body: [UInt8]
  /// Further headers, in order.
  var headers: [Header] = []

  /// A header.
  struct Header: Sendable, Equatable {
    var name: String
    var value: String
  }

  /// JSON.
  static func json(_ body: [UInt8]) -> WebAnswer {
    WebAnswer(
      status: 200,
      type: "application/json; charset=utf-8",
      body: body + [UInt8(ascii: "\n")]
    )
  }

  /// One line of text.
  static func text(_ line: String, status: Int = 200) -> WebAnswer {
    WebAnswer(status: status, type: "text/plain; charset=utf-8", body: Array((line + "\n").utf8))
  }
}
