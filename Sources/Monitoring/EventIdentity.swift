internal import Crypto
public import Rules

/// Names of things that stay the same when a stream is read again.
///
/// An id is the SHA-256, in hexadecimal, over the parts one after the other, each preceded by its
/// length in bytes as a 64-bit big-endian number, so that no two lists of parts run together.
/// A part that does not apply is empty.
public enum EventIdentity {
  /// The id of a list of parts.
  public static func hash(_ parts: [String]) -> String {
    var hasher = SHA256()
    for part in parts {
      let bytes = Array(part.utf8)
      let length = UInt64(bytes.count)
      hasher.update(data: (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) })
      hasher.update(data: bytes)
    }
    return hexadecimal(hasher.finalize())
  }

  /// `sha256:` and the digest of a plan: what a window was judged by.
  public static func configuration(of plan: Plan) -> String {
    "sha256:" + hexadecimal(SHA256.hash(data: plan.canonicalJSON))
  }

  private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
