/// What a profile may hold at most when it is loaded; a larger one is refused with a reason.
public struct ProfileLimits: Equatable, Sendable {
  /// Points of one numeric field.
  public var points = 10_000
  /// Categories of one field.
  public var categories = 10_000
  /// Fields.
  public var fields = 4096

  /// The limits of a monitor.
  public init() {}

  /// No limit on points, for `compare`; the others hold.
  public static var comparison: ProfileLimits {
    var limits = ProfileLimits()
    limits.points = .max
    return limits
  }
}
