internal import Records
internal import Windowing

extension NodeReader {
  /// Most events that a test may make.
  private static let eventLimit: Int64 = 10_000_000

  /// `stream`: what is usual.
  mutating func stream(_ node: YAMLNode) -> TestStream? {
    guard let parts = section(node, .stream) else { return nil }
    var stream = TestStream()
    stream.start = start(parts) ?? stream.start
    stream.flow = flow(parts)
    stream.record = record(parts)
    for field in stream.record where field.generator.needsValueBefore {
      diagnostics.error(
        at: field.path,
        "\(shown(field.path.value)) lacks what it is otherwise",
        hint: "such as null(5%, normal(20, 1))"
      )
    }
    return stream
  }

  /// One of `phases`.
  mutating func phase(_ node: YAMLNode) -> TestPhase? {
    guard let parts = section(node, .phase), let from = duration(parts, "from") else { return nil }
    var phase = TestPhase(from: from)
    if let end = duration(parts, "to") {
      phase.to = end.value
      if end.value <= from.value { diagnostics.error(at: end, "a phase ends after it began") }
    }
    phase.conditions = conditions(parts)
    phase.flow = flow(parts)
    phase.record = record(parts)
    if !phase.conditions.isEmpty, let every = parts["every"] {
      diagnostics.error(
        at: every.position,
        length: every.length,
        "how often events come does not follow from what is in them",
        hint: "leave out 'where'"
      )
    }
    return phase
  }

  private mutating func flow(_ parts: Section) -> TestStream.Flow {
    var flow = TestStream.Flow()
    let needs = "a time between two events such as 30s, or off"
    if let text = text(parts, "every", needs: needs) {
      if text.value == "off" {
        flow.pace = .silent
      } else if let every = duration(text, "every", needs: needs) {
        if every.value > .zero {
          flow.pace = .every(every.value)
        } else {
          diagnostics.error(at: every, "two events are some time apart")
        }
      }
    }
    flow.delay = delay(parts)
    flow.duplicates = share(parts, "duplicates")
    return flow
  }

  private mutating func share(_ parts: Section, _ key: String) -> Double? {
    let needs = "a share such as 10%"
    guard let node = parts[key], let text = text(node, key, needs: needs) else { return nil }
    if let quantity = Quantity(text.value), (0...1).contains(quantity.value) {
      return quantity.value
    }
    wrong(node, key, needs: needs)
    return nil
  }

  /// A duration, or a generator of some.
  private mutating func delay(_ parts: Section) -> ValueGenerator? {
    let needs = "a duration such as 10m, or a generator such as uniform(0s, 10m)"
    guard let node = parts["delay"], let text = alignedText(parts, "delay", needs: needs) else {
      return nil
    }
    guard ValueSyntax.isMeant(by: text.scalars) else {
      return self.text(node, "delay", needs: needs)
        .flatMap { duration($0, "delay", needs: needs) }
        .map { .constant(.number(Double($0.value.milliseconds) / 1000)) }
    }
    guard let generator = generator(text) else { return nil }
    if generator.isNumeric { return generator }
    wrong(node, "delay", needs: needs)
    return nil
  }

  private mutating func conditions(
    _ parts: Section
  ) -> [(path: Located<String>, value: String)] {
    guard let node = parts["where"] else { return [] }
    guard case .mapping(let pairs) = node.content else {
      wrong(node, "where", needs: "fields and their values, such as { producer: p3 }")
      return []
    }
    return pairs.compactMap { key, value in
      guard case .scalar(let path) = key.content, case .scalar(let text) = value.content else {
        wrong(value, "where", needs: "fields and their values, such as { producer: p3 }")
        return nil
      }
      let place = Located(path.text, at: key.position, length: key.length)
      return (place.with(FieldPath(path.text).description), text.text)
    }
  }

  // MARK: Fields

  /// `record`: a value or a generator for each field.
  private mutating func record(_ parts: Section) -> [TestStream.FieldGenerator] {
    guard let node = parts["record"] else { return [] }
    guard case .mapping(let pairs) = node.content else {
      wrong(node, "record", needs: "fields and their generators, such as { x: normal(0, 1) }")
      return []
    }
    var fields: [TestStream.FieldGenerator] = []
    read(pairs, below: [], into: &fields)
    for (index, field) in fields.enumerated() {
      let clash = fields[..<index].first {
        FieldPath(field.path.value).isEqual(orNestedWith: FieldPath($0.path.value))
      }
      guard let clash else { continue }
      diagnostics.error(at: field.path, "this is also made as \(shown(clash.path.value))")
    }
    return fields
  }

  private mutating func read(
    _ pairs: [(key: YAMLNode, value: YAMLNode)],
    below parents: [String],
    into fields: inout [TestStream.FieldGenerator]
  ) {
    for (key, value) in pairs {
      guard case .scalar(let name) = key.content, !name.text.isEmpty,
        case .payload(let segments) = FieldPath(name.text).source
      else {
        diagnostics.error(at: key.position, length: key.length, "a field of an event has a name")
        continue
      }
      let path = parents + segments
      switch value.content {
      case .mapping(let inner): read(inner, below: path, into: &fields)
      case .sequence:
        wrong(value, name.text, needs: "a value, a generator, or fields of its own")
      case .scalar(let scalar):
        let place = Located(
          FieldPath(segments: path).description,
          at: key.position,
          length: key.length
        )
        guard let generator = generator(scalar, at: value.position) else { continue }
        fields.append(TestStream.FieldGenerator(path: place, generator: generator))
      }
    }
  }

  private mutating func generator(
    _ scalar: YAMLScalar,
    at position: Position
  ) -> ValueGenerator? {
    let text = AlignedText(scalar, at: position, in: source)
    if ValueSyntax.isMeant(by: text.scalars) { return generator(text) }
    guard scalar.style == .plain else { return .constant(.text(scalar.text)) }
    if scalar.isNull { return .constant(.null) }
    if let quantity = Quantity(scalar.text), quantity.kind == .number {
      return .constant(.number(quantity.value))
    }
    return .constant(TestValue(word: scalar.text))
  }

  private mutating func generator(_ text: AlignedText) -> ValueGenerator? {
    do throws(SyntaxError) { return try ValueSyntax.parse(text.scalars) } catch {
      report(error, in: text)
      return nil
    }
  }

  // MARK: Phases and the usual stream together

  mutating func checkPhases(of test: RuleTest, in file: TestFile) {
    guard let stream = file.stream else { return }
    let known = stream.record.map(\.path.value)
    for phase in test.phases {
      for condition in phase.conditions where !known.contains(condition.path.value) {
        diagnostics.error(
          at: condition.path,
          "the stream's events have no field \(shown(condition.path.value))",
          hint: Suggestion.didYouMean(condition.path.value, among: known)
        )
      }
      for field in phase.record where !known.contains(field.path.value) {
        if let hint = Suggestion.didYouMean(field.path.value, among: known) {
          diagnostics.warning(
            at: field.path,
            "the stream's events have no field \(shown(field.path.value)); it is added",
            hint: hint
          )
        }
      }
    }
  }

  /// Nobody waits for so many events.
  mutating func checkSize(of file: TestFile) {
    guard let stream = file.stream else { return }
    if let reference = file.reference, case .stream(let length) = reference.origin {
      checkSize(reference.place.with(length), [stream.flow.pace])
    }
    for test in file.tests where test.fixture == nil {
      guard let last = test.expectations.last else { continue }
      checkSize(last.time, [stream.flow.pace] + test.phases.map(\.flow.pace))
    }
  }

  private mutating func checkSize(_ time: Located<Duration>, _ paces: [TestStream.Pace?]) {
    let shortest = paces.compactMap { pace -> Int64? in
      if case .every(let distance) = pace { distance.milliseconds } else { nil }
    }.min()
    guard let shortest, time.value.milliseconds / shortest > Self.eventLimit else { return }
    diagnostics.error(
      at: time,
      "in this time more than \(Self.eventLimit) events may come",
      hint: "let fewer come, or end earlier"
    )
  }
}

extension ValueGenerator {
  /// Whether all it makes are numbers.
  fileprivate var isNumeric: Bool {
    func isNumber(_ value: TestValue) -> Bool { if case .number = value { true } else { false } }
    return switch self {
    case .constant(let value): isNumber(value)
    case .normal, .lognormal, .uniform, .counter: true
    case .choice(let choices): choices.allSatisfy { isNumber($0.value) }
    case .sequence(let values): values.allSatisfy(isNumber)
    case .null, .absent: false
    }
  }
}

extension FieldPath {
  /// Whether both are one field, or one holds the other.
  fileprivate func isEqual(orNestedWith other: FieldPath) -> Bool {
    guard case .payload(let left) = source, case .payload(let right) = other.source else {
      return self == other
    }
    return left.starts(with: right) || right.starts(with: left)
  }
}
