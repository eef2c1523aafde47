/// Why input cannot be read; bad rows in it are counted, not errors.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public struct Code: Hashable, Sendable {
    let name: String

    /// There is no such file, or it may not be read.
    public static let missing = Code(name: "missing")
    /// It ends in the middle, or is not what it says it is.
    public static let damaged = Code(name: "damaged")
  }

  /// Kind of trouble.
  public var code: Code
  /// Name of the file, and what is wrong with it.
  public var message: String

  /// An error of a kind, with its message.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
