/// What a window's records of a model version are compared with.
public enum Baseline: Hashable, Sendable {
  /// The reference.
  case reference
  /// The window before it, of the same version.
  case previous
  /// Another model version's records of the same window.
  case version(String)

  /// How a call asks for it, as alerts name statistics; nil for the reference.
  public var argument: String? {
    switch self {
    case .reference: nil
    case .previous: Metric.previousArgument
    case .version(let version): "\(Metric.versusArgument) \(version)"
    }
  }

  /// The model version; nil for another baseline.
  public var version: String? {
    if case .version(let version) = self { version } else { nil }
  }
}
