/// Why the records of a request are not read back.
public struct ExportFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Code: Hashable, Sendable {
    /// As many records as the request says are not what is found.
    case wrongCount
    /// The topics do not hold all of them any more.
    case gone
    /// The monitor is not what made the request, or nobody can tell what is.
    case ofOthers
  }

  /// Kind of trouble.
  public let code: Code
  /// What is wrong.
  public let message: String

  /// A failure of a kind, with its message.
  init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

  /// The message.
  public var description: String { message }

  static func ofOthers(_ request: RetrainingRequest) -> ExportFailure {
    ExportFailure(
      .ofOthers,
      "the monitor's files are not those that made the request: its config is "
        + "\(VersionName.short(request.configuration)), its reference "
        + "\(VersionName.short(request.reference)). Without the files, -b finds the version that "
        + "was published"
    )
  }

  static let withoutClocks = ExportFailure(
    .ofOthers,
    "the request does not say what the clocks of its partitions knew: it is of an older leeway, "
      + "and its records cannot be told from others"
  )
}
