/// Reads a generator: `normal(20, 1)`, `choice(a 70%, b 30%)`, `null(5%, uniform(0, 1))`.
struct ValueSyntax {
  private var cursor: TokenCursor

  /// The generator that a text is, or its text as a value where no generator is called.
  static func parse(_ scalars: [Unicode.Scalar]) throws(SyntaxError) -> ValueGenerator {
    var syntax = ValueSyntax(cursor: try TokenCursor(scalars, of: "generator"))
    let generator = try syntax.generator()
    guard syntax.cursor.current.kind == .end else { throw syntax.cursor.expected("the end of it") }
    return generator
  }

  /// Whether a text is meant as a generator: a word and an opening parenthesis.
  static func isMeant(by scalars: [Unicode.Scalar]) -> Bool {
    guard let opening = scalars.firstIndex(of: "("), opening > 0 else { return false }
    return scalars[..<opening].allSatisfy { $0 == "_" || $0.properties.isAlphabetic }
  }

  private enum Name: String, CaseIterable {
    case normal, lognormal, uniform, choice, sequence, counter, null, absent
  }

  private mutating func generator() throws(SyntaxError) -> ValueGenerator {
    let names = Name.allCases.map(\.rawValue)
    guard case .word(let word) = cursor.current.kind else {
      throw cursor.expected("a generator", hint: "there are \(names.joined(separator: ", "))")
    }
    guard let name = Name(rawValue: word) else {
      throw SyntaxError(
        cursor.current.range,
        "unknown generator \(shown(word))",
        hint: Suggestion.didYouMean(word, among: names)
          ?? "there are \(names.joined(separator: ", ")); a text is choice(\"\(word)(…)\")"
      )
    }
    let start = cursor.advance().range.lowerBound
    guard cursor.accept(.opening) else { throw cursor.expected("'('") }
    let generator = try arguments(of: name, from: start)
    guard cursor.accept(.closing) else { throw unclosed }
    return generator
  }

  /// An error where an argument or the end of the call should stand.
  private var unclosed: SyntaxError {
    let isCut = cursor.current.kind == .end
    let hint = isCut ? "quote a generator that stands in { }: there a comma ends it" : nil
    return cursor.expected("',' or ')'", hint: hint)
  }

  private mutating func arguments(
    of name: Name,
    from start: Int
  ) throws(SyntaxError) -> ValueGenerator {
    switch name {
    case .normal:
      let (mean, deviation) = try pair("a mean and a standard deviation")
      guard deviation.least >= 0 else { throw wrong(start, "a standard deviation is not negative") }
      return .normal(mean: mean, deviation: deviation)
    case .lognormal:
      let (mean, deviation) = try pair("the mean and the standard deviation of the logarithm")
      guard deviation.least >= 0 else { throw wrong(start, "a standard deviation is not negative") }
      guard mean.greatest <= 100, deviation.greatest <= 10 else {
        throw wrong(
          start,
          "the logarithm's mean is from -100 to 100, its standard deviation at most 10"
        )
      }
      return .lognormal(mean: mean, deviation: deviation)
    case .uniform:
      let (low, high) = try pair("two ends")
      guard low.value(at: 0) <= high.value(at: 0), low.value(at: 1) <= high.value(at: 1) else {
        throw wrong(start, "the lower end comes first")
      }
      return .uniform(low: low, high: high)
    case .choice: return .choice(try choices(from: start))
    case .sequence:
      var values = [try value()]
      while cursor.accept(.comma) { values.append(try value()) }
      return .sequence(values)
    case .counter:
      guard cursor.current.kind != .closing else { return .counter(start: 1, step: 1) }
      let first = try number("a number to begin with")
      return .counter(start: first, step: cursor.accept(.comma) ? try number("a step") : 1)
    case .null: return try part(ValueGenerator.null)
    case .absent: return try part(ValueGenerator.absent)
    }
  }

  /// `5%`, and what else the value is.
  private mutating func part(
    _ make: (Double, ValueGenerator?) -> ValueGenerator
  ) throws(SyntaxError) -> ValueGenerator {
    let range = cursor.current.range
    let share = try number("a probability such as 5%")
    guard (0...1).contains(share) else {
      throw SyntaxError(range, "a probability is from 0 to 1", hint: "such as 5%")
    }
    return make(share, cursor.accept(.comma) ? try generator() : nil)
  }

  private mutating func choices(
    from start: Int
  ) throws(SyntaxError) -> [ValueGenerator.Weighted] {
    var choices: [ValueGenerator.Weighted] = []
    var kinds: Set<Int> = []
    repeat {
      let value = try value()
      let isWritten = cursor.accept(.colon)
      guard case .quantity(let weight) = cursor.current.kind else {
        guard !isWritten else { throw cursor.expected("a weight such as 70%") }
        choices.append(.init(value: value, weight: 1))
        kinds.insert(0)
        continue
      }
      let range = cursor.advance().range
      guard weight.kind == .percentage || weight.kind == .number, weight.value > 0 else {
        throw SyntaxError(range, "a weight is a positive number or percentage")
      }
      choices.append(.init(value: value, weight: weight.value))
      kinds.insert(weight.kind == .number ? 1 : 2)
    } while cursor.accept(.comma)
    guard cursor.current.kind == .closing else { throw unclosed }
    let total = choices.reduce(0) { $0 + $1.weight }
    guard kinds.count == 1 else {
      throw wrong(start, "either all values of a choice have weights of one kind, or none")
    }
    guard kinds != [2] || abs(total - 1) < 1e-9 else {
      throw wrong(start, "these percentages add up to \(NumberText.percentage(total)), not to 100%")
    }
    return choices.map { .init(value: $0.value, weight: $0.weight / total) }
  }

  /// An error of the whole call so far.
  private func wrong(_ start: Int, _ message: String) -> SyntaxError {
    SyntaxError(start..<cursor.previousEnd, message)
  }

  private mutating func pair(
    _ what: String
  ) throws(SyntaxError) -> (TestParameter, TestParameter) {
    let first = try parameter(what)
    guard cursor.current.kind != .end else { throw unclosed }
    guard cursor.accept(.comma) else { throw cursor.expected("',' and \(what)") }
    return (first, try parameter(what))
  }

  /// `20`, or `ramp(20, 30)`.
  private mutating func parameter(_ what: String) throws(SyntaxError) -> TestParameter {
    guard cursor.accept(.word("ramp")) else { return .fixed(try number(what)) }
    guard cursor.accept(.opening) else { throw cursor.expected("'('") }
    let first = try number("where the ramp begins")
    guard cursor.accept(.comma) else { throw cursor.expected("',' and where the ramp ends") }
    let last = try number("where the ramp ends")
    guard cursor.accept(.closing) else { throw cursor.expected("')'") }
    return .ramp(from: first, to: last)
  }

  private mutating func number(_ what: String) throws(SyntaxError) -> Double {
    guard case .quantity(let quantity) = cursor.current.kind else { throw cursor.expected(what) }
    cursor.advance()
    return quantity.value
  }

  private mutating func value() throws(SyntaxError) -> TestValue {
    switch cursor.current.kind {
    case .quantity(let quantity):
      cursor.advance()
      return .number(quantity.value)
    case .quoted(let text):
      cursor.advance()
      return .text(text)
    case .word(let word):
      cursor.advance()
      return TestValue(word: word)
    default:
      throw cursor.expected("a value", hint: "quote a text that is no plain word")
    }
  }
}

extension TestValue {
  /// What an unquoted word means.
  init(word: String) {
    switch word {
    case "null": self = .null
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    default: self = .text(word)
    }
  }
}
