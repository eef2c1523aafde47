internal import Drift

extension Metric {
  /// What a metric takes behind its field; at most one is given.
  public enum Arguments: Equatable, Sendable {
    /// One of these words, such as the kinds of `missing`.
    case words([String])
    /// A percentile, such as `p99.9`.
    case percentiles

    /// Nothing.
    static let none = Arguments.words([])

    /// Whether an argument is taken.
    public func contains(_ argument: String) -> Bool {
      switch self {
      case .words(let words): words.contains(argument)
      case .percentiles: Percentile(argument) != nil
      }
    }

    /// Whether it is taken, or meant to be: `p100` is no percentile, but no field's name either.
    func resembles(_ argument: String) -> Bool {
      switch self {
      case .words: contains(argument)
      case .percentiles: argument.first == "p" && argument.dropFirst().first?.isNumber == true
      }
    }

    /// Each argument once, in the documents' order; others are left out.
    func sorted(_ used: some Collection<String>) -> [String] {
      switch self {
      case .words(let words): words.filter(used.contains)
      case .percentiles: Set(used.compactMap(Percentile.init)).sorted().map(\.name)
      }
    }

    /// One of them, for hints; nil where nothing is taken.
    var example: String? {
      switch self {
      case .words(let words): words.last
      case .percentiles: "p99.9"
      }
    }

    /// What is taken, for the documents; nil where nothing is.
    var documented: String? {
      switch self {
      case .words([]): nil
      case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
      case .percentiles:
        "a percentile above 0 and below 100, with three decimals at most: `p5`, `p50`, `p99.9`"
      }
    }

    /// What is taken, for whoever wrote another percentile.
    static let percentileHint =
      "write p50 or p99.9: above p0, below p100, three decimals at most, no needless zeros"
  }

  /// What is wrong with an argument that it does not take.
  func refusal(of argument: CallSyntax.Argument) -> SyntaxError {
    let written = shown(argument.text)
    guard case .words(let words) = arguments else {
      let message = "'\(name)' takes a percentile, not \(written)"
      return SyntaxError(argument.range, message, hint: Arguments.percentileHint)
    }
    let keywords = words + (takesBaseline ? [Self.previousArgument, Self.versusArgument] : [])
    let nearest = Suggestion.didYouMean(argument.text, among: keywords)
    guard !words.isEmpty else {
      return SyntaxError(argument.range, "'\(name)' takes one field", hint: nearest)
    }
    return SyntaxError(
      argument.range,
      "unknown kind \(written) of '\(name)'",
      hint: nearest ?? "the kinds of '\(name)' are \(keywords.joined(separator: ", "))"
    )
  }
}

extension Percentile {
  /// What an argument that was checked asks for: without one the median.
  init(argument: String?) {
    guard let argument else {
      self = .median
      return
    }
    guard let percentile = Percentile(argument) else {
      preconditionFailure("percentile '\(argument)'")
    }
    self = percentile
  }
}
