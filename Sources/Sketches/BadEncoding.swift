/// Bytes that no writer wrote: why, and where.
public struct BadEncoding: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, as a clause in lower case.
  public let reason: String
  /// Where the refused piece begins, in bytes from the reader's first.
  public let position: Int

  /// A refusal of what begins at a position.
  public init(_ reason: String, at position: Int) {
    self.reason = reason
    self.position = position
  }

  /// A sentence for the user.
  public var description: String { "\(reason) (at byte \(position))" }
}
