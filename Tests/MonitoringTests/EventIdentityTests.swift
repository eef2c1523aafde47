import Monitoring
import Testing

/// Ids are a promise: these values may never change.
@Suite struct EventIdentityTests {
  /// Python: `hashlib.sha256(b"".join(struct.pack(">Q", len(p)) + p for p in parts)).hexdigest()`.
  @Test func hashIsOverLengthPrefixedParts() {
    #expect(
      EventIdentity.hash(["a", "", "Größe"])
        == "b8c5d3ccacff1cafbca5c1a904647020e0e53599b1d6c0a7dbf35470f29148be"
    )
    #expect(EventIdentity.hash(["ab"]) != EventIdentity.hash(["a", "b"]))
    #expect(
      EventIdentity.hash([])
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
  }
}
