public import Records

/// The text of an alert with named values: `{field} moved by {value}`; `{{` is a brace.
public struct Template: Equatable, Sendable {
  /// What may stand in braces.
  public enum Placeholder: String, Sendable, CaseIterable {
    /// The field judged.
    case field
    /// The measured value that decided.
    case value
    /// What it was compared with.
    case threshold
    /// The plain distance behind a lower bound.
    case distance
    /// Values in the window.
    case currentCount = "n_current"
    /// Values in the reference.
    case referenceCount = "n_reference"
    /// Name of the metric.
    case statistic
    /// Name of the rule.
    case rule
    /// Name of the monitor.
    case monitor
    /// The segment judged.
    case segment
    /// Version of the model.
    case modelVersion = "model_version"
    /// The model version that it is compared with.
    case versus
    /// First instant of the window.
    case windowStart = "window_start"
    /// First instant behind the window.
    case windowEnd = "window_end"
    /// Probability of such a value without drift.
    case pValue = "p_value"
    /// What the value may be off by.
    case bound
    /// Severity of the rule.
    case severity
  }

  /// A value to put in.
  public enum Value: Equatable, Sendable {
    /// Text as it is.
    case text(String)
    /// A count, with all its digits.
    case count(UInt64)
    /// A number, with four significant digits.
    case number(Double)
    /// A share, in percent.
    case share(Double)
    /// A number of seconds.
    case duration(Double)
    /// An instant, as of RFC 3339.
    case time(Timestamp)
  }

  enum Piece: Equatable {
    case literal(String)
    case placeholder(Placeholder)
  }

  /// The template as written.
  public let source: String
  let pieces: [Piece]

  init(source: String, pieces: [Piece]) { (self.source, self.pieces) = (source, pieces) }

  /// A text without any values.
  init(literally text: String) { self.init(source: text, pieces: [.literal(text)]) }

  /// The text with every value put in; what has no value reads `n/a`.
  public func render(_ value: (Placeholder) -> Value?) -> String {
    pieces.map { piece in
      switch piece {
      case .literal(let text): text
      case .placeholder(let name): value(name)?.description ?? "n/a"
      }
    }.joined()
  }
}

extension Template.Value: CustomStringConvertible {
  /// As it stands in an alert's text.
  public var description: String {
    switch self {
    case .text(let text): text
    case .count(let count): count.description
    case .number(let number): NumberText.readable(number)
    case .share(let share): NumberText.percentage(share)
    case .duration(let seconds): NumberText.readable(seconds) + " s"
    case .time(let time): time.description
    }
  }
}

extension Metric.Unit {
  /// A number of this unit as alert texts show it.
  public func templateValue(_ number: Double) -> Template.Value {
    switch self {
    case .share, .change: .share(number)
    case .duration: .duration(number)
    default: .number(number)
    }
  }
}
