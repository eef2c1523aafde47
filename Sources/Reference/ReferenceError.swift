/// Why a reference could not be learned, saved or loaded.
public struct ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is; the command maps it to an exit code.
  public struct Code: Hashable, Sendable {
    let name: String

    /// The file is no profile, is cut short, edited, or of another version.
    public static let badProfile = Code(name: "bad_profile")
    /// A temporary file cannot be made, written or read.
    public static let temporaryFile = Code(name: "temporary_file")
    /// The data ask for more windows than the limit.
    public static let tooManyWindows = Code(name: "too_many_windows")
    /// The data hold more segments than the limit.
    public static let tooManySegments = Code(name: "too_many_segments")
    /// The data hold more fields than the limit.
    public static let tooManyFields = Code(name: "too_many_fields")
    /// What was asked for cannot be done with this reference.
    public static let unusable = Code(name: "unusable")
  }

  /// Kind of trouble.
  public var code: Code
  /// One sentence that says what is wrong and what to do.
  public var message: String

  /// An error of a kind, with its message.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
