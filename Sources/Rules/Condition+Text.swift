extension Condition {
  /// The condition as it was written, but for spaces and needless parentheses.
  public var text: String { map(\.text).joined().description }
}

extension Formula where Test == String {
  /// The two ends of a range, which have the same text, as one.
  fileprivate func joined() -> Formula {
    switch self {
    case .comparison: return self
    case .not(let part): return .not(part.joined())
    case .any(let parts): return .any(parts.map { $0.joined() })
    case .all(let parts):
      guard parts.count == 2, case .comparison(let one) = parts[0],
        case .comparison(let other) = parts[1], one == other
      else { return .all(parts.map { $0.joined() }) }
      return parts[0]
    }
  }
}
