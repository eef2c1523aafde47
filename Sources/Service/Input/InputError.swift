/// Why input cannot be read; bad rows in it are counted, not errors.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the file, and what is wrong with it.
  public var message: String

  /// An error with its message.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
