/// Why a version is not published.
public struct PublishRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public struct Code: Hashable, Sendable {
    let name: String

    /// An instant to begin at, and nothing that is in force until then.
    public static let nothingToReplace = Code(name: "nothing to replace")
    /// It differs from the version before in what all versions of a monitor share.
    public static let doesNotFollow = Code(name: "does not follow")
    /// The files are too large.
    public static let tooLarge = Code(name: "too large")
  }

  /// Kind of trouble.
  public var code: Code
  /// What is wrong, and the way out.
  public var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
