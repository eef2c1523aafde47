import Records
import Testing

/// Goal: paths are read as documented and round-trip through their description.
@Suite struct FieldPathTests {
  @Test(
    arguments: [
      ("a", .payload(["a"])), ("a.b.c", .payload(["a", "b", "c"])),
      (#"a\.b.c"#, .payload(["a.b", "c"])),
      ("", .payload([""])), ("a..b", .payload(["a", "", "b"])), (".", .payload(["", ""])),
      (#"a\\.b"#, .payload([#"a\"#, "b"])), (#"a\b"#, .payload([#"a\b"#])),
      (#"a\"#, .payload([#"a\"#])),
      ("$timestamp", .timestamp), ("$key", .key), ("$header.a.b", .header("a.b")),
      ("$header.", .header("")), ("$header", .payload(["$header"])), ("$id", .payload(["$id"])),
      (#"\$key"#, .payload(["$key"])), (#"\$header.x"#, .payload(["$header", "x"])),
      ("$key.x", .payload(["$key", "x"])), (#"a.\$key"#, .payload(["a", #"\$key"#])),
      ("e\u{301}.x", .payload(["e\u{301}", "x"])), ("a.\u{301}", .payload(["a", "\u{301}"])),
    ] as [(String, FieldPath.Source)]
  )
  func paths(text: String, source: FieldPath.Source) {
    let path = FieldPath(text)
    #expect(path.source == source)
    #expect(FieldPath(path.description) == path)
  }

  @Test(arguments: [
    ["$timestamp"], ["$header", "x"], ["a.b", #"\"#, ""], [#"\$key"#], [#"\."#, "$key"],
  ])
  func segmentsRoundTrip(segments: [String]) {
    let path = FieldPath(segments: segments)
    #expect(path.source == .payload(segments))
    #expect(FieldPath(path.description) == path)
  }
}
