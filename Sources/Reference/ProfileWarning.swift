internal import Records

/// Something about learned data that its user should look at.
public enum ProfileWarning: Equatable, Sendable, CustomStringConvertible {
  /// Rows could not be used.
  case rejected(RejectedRows)
  /// There was no usable row at all.
  case noRows
  /// All rows lie in one window, so there is nothing to learn `natural` from.
  case oneWindow
  /// The data begin or end in the middle of a window, which counts in `natural` like any other.
  case partialWindow(rows: UInt64, usual: UInt64)
  /// Most values of a categorical field are different.
  case identifier(field: String, distinct: UInt64)
  /// A field has no usable value in any row.
  case noValues(field: String)

  /// A sentence for the user.
  public var description: String {
    switch self {
    case .rejected(let rows): "\(rows.count) rows rejected: \(rows.reason.rawValue)"
    case .noRows: "nothing was learned: there is no usable row"
    case .oneWindow: "all rows lie in one window, so natural variation is not learned"
    case .partialWindow(let rows, let usual):
      "the first or last window holds \(rows) rows where \(usual) are usual, and may set what is "
        + "natural; a reference of whole windows judges more sharply"
    case .identifier(let field, let distinct):
      "\(field) has \(distinct) different values and looks like an identifier: --exclude \(field)?"
    case .noValues(let field): "\(field) has no usable value in any row"
    }
  }
}
