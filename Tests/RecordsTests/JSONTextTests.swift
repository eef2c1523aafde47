import Records
import Testing

/// Goal: the writer's output is exact to the byte, and legal JSON.
@Suite struct JSONTextTests {
  @Test func nesting() {
    var json = JSONText()
    let edges = [0.5, 1, .nan]
    json.object {
      $0.member("name", "x")
      $0.member("n", 3)
      $0.array("edges") { for edge in edges { $0.value(edge) } }
      $0.object("empty") { _ in }
      $0.array("none") { _ in }
      $0.member("list", edges)
      $0.array("rows") { rows in
        for n in 0..<2 { rows.object { $0.member("n", n) } }
        rows.array { $0.value(true) }
      }
      $0.member("last", UInt64.max)
      $0.member("nothing", Int?.none)
      $0.member("time", Timestamp(microseconds: 0))
      $0.name("raw")
      $0.raw("{}".utf8)
    }
    #expect(
      json.string
        == #"{"name":"x","n":3,"edges":[0.5,1,null],"empty":{},"none":[],"list":[0.5,1,null],"#
        + #""rows":[{"n":0},{"n":1},[true]],"last":18446744073709551615,"nothing":null,"#
        + #""time":"1970-01-01T00:00:00Z","raw":{}}"#
    )
    #expect(status(json.string) == .ok)
    json.removeAll()
    json.value(false)
    #expect(json.bytes == Array("false".utf8))
  }

  @Test(
    arguments: [
      (5, "5"), (-5, "-5"), (0, "0"), (-0.0, "0"), (0.1, "0.1"), (1e-7, "1e-07"),
      (0x1p53, "9007199254740992.0"),
      (0x1p53 - 1, "9007199254740991"), (1e300, "1e+300"), (.nan, "null"), (.infinity, "null"),
      (-.infinity, "null"),
      (.leastNonzeroMagnitude, "5e-324"),
    ] as [(Double, String)]
  )
  func doubles(number: Double, expected: String) {
    var json = JSONText()
    json.value(number)
    #expect(json.string == expected)
  }

  @Test(
    arguments: [
      ("", ""), ("a/b", "a/b"), ("\"\\", #"\"\\"#), ("\n\r\t\u{8}\u{C}", #"\n\r\t\b\f"#),
      ("\u{0}\u{1F}\u{7F}", #"\u0000\u001f"# + "\u{7F}"), ("é€😀", "é€😀"),
    ]
  )
  func strings(text: String, expected: String) {
    var json = JSONText()
    json.object { $0.member(text, text) }
    #expect(json.string == "{\"\(expected)\":\"\(expected)\"}")
    let value: Cell = text.isEmpty ? .empty : .string(text)
    #expect(decode([json.bytes], [FieldPath(segments: [text]).description]).cells() == [value])
  }

  @Test func errorsPassThrough() {
    struct Stop: Error {}
    var json = JSONText()
    #expect(throws: Stop.self) { try json.object { _ in throw Stop() } }
  }
}
