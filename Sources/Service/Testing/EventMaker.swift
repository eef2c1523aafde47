internal import Records
internal import Rules
internal import Windowing

/// Makes the events of a test's stream, in the order in which they come.
///
/// Each is made as usual first, then changed by the phases in force: so what no phase changes is
/// the same with and without them.
struct EventMaker {
  /// When the event at hand comes, microseconds since 1970.
  private(set) var arrival: Int64
  /// The event at hand.
  private(set) var json = JSONText()
  /// Whether it is the one before, once more.
  private var isRepeated = false

  private let stream: TestStream
  private let phases: [TestPhase]
  private let start: Int64
  private let length: Int64
  private let layout: EventLayout
  private var values: [EventValue]
  private let usual: [EventValue]
  private var sources: [Source]
  private var duplicates: SeededNumbers
  /// When the next event comes; nil for never.
  private var coming: Int64?

  /// What makes the fields of the usual stream or of a phase.
  private struct Source {
    var fields: [(slot: Int, values: ValueSource)]
    var delay: ValueSource?
    /// Where the values stand that a phase asks for.
    var conditions: [(slot: Int, value: String)] = []
  }

  /// A stream from its start.
  ///
  /// - Parameters:
  ///   - stream: What is usual.
  ///   - phases: What is not.
  ///   - start: When it starts.
  ///   - length: When phases without an end have ended, in microseconds from the start.
  ///   - seed: What values are drawn from.
  ///   - time: Where the event's time stands.
  ///   - unit: How it is written; nil for text.
  init(
    _ stream: TestStream,
    phases: [TestPhase],
    start: Timestamp,
    length: Int64,
    seed: UInt64,
    time: FieldPath,
    unit: TimeUnit?
  ) {
    (self.stream, self.phases) = (stream, phases)
    (self.start, self.length) = (start.microseconds, length)
    var paths = [time]
    func slot(_ path: String) -> Int {
      let path = FieldPath(path)
      if let slot = paths.firstIndex(of: path) { return slot }
      paths.append(path)
      return paths.count - 1
    }
    func source(
      _ name: String,
      _ record: [TestStream.FieldGenerator],
      _ delay: ValueGenerator?
    ) -> Source {
      func numbers(_ use: String) -> SeededNumbers { SeededNumbers(seed: seed, use: name + use) }
      let fields = record.map { field in
        let values = ValueSource(field.generator, numbers: numbers("field " + field.path.value))
        return (slot(field.path.value), values)
      }
      return Source(fields: fields, delay: delay.map { ValueSource($0, numbers: numbers("delay")) })
    }
    sources = [source("", stream.record, stream.flow.delay)]
    for (index, phase) in phases.enumerated() {
      var source = source("phase \(index) ", phase.record, phase.flow.delay)
      source.conditions = phase.conditions.map { (slot($0.path.value), $0.value) }
      sources.append(source)
    }
    layout = EventLayout(paths, unit: unit)
    usual = [.time] + Array(repeating: .absent, count: paths.count - 1)
    values = usual
    duplicates = SeededNumbers(seed: seed, use: "duplicates")
    arrival = start.microseconds
    coming = start.microseconds
    if case .silent = pace(at: 0) { coming = nextBorder(after: 0) }
  }

  /// Makes the next event.
  ///
  /// - Returns: Whether there is one: false when no more will ever come.
  mutating func next() -> Bool {
    if isRepeated {
      isRepeated = false
      return true
    }
    guard let now = coming else { return false }
    arrival = now
    make(at: now - start)
    coming = following(now - start)
    return true
  }

  private mutating func make(at time: Int64) {
    values = usual
    let whole = progress(0, length, at: time)
    draw(from: 0, progress: whole)
    var delay = (source: 0, progress: whole)
    var share = stream.flow.duplicates ?? 0
    for (index, phase) in phases.enumerated() where isInForce(phase, at: time) && holds(index + 1) {
      let (from, to) = (phase.from.value.microseconds, phase.to?.microseconds ?? length)
      let progress = progress(from, to, at: time)
      draw(from: index + 1, progress: progress)
      if sources[index + 1].delay != nil { delay = (index + 1, progress) }
      share = phase.flow.duplicates ?? share
    }
    let seconds = sources[delay.source].delay?.number(progress: delay.progress) ?? 0
    let late = Int64((max(0, min(seconds, 1e9)) * 1_000).rounded()) * 1_000
    json.removeAll()
    layout.write(values, time: Timestamp(microseconds: arrival - late), to: &json)
    isRepeated = share > 0 && duplicates.uniform() < share
  }

  private mutating func draw(from source: Int, progress: Double) {
    for index in sources[source].fields.indices {
      let slot = sources[source].fields[index].slot
      values[slot] = sources[source].fields[index].values
        .next(before: values[slot], progress: progress)
    }
  }

  private func progress(_ from: Int64, _ to: Int64, at time: Int64) -> Double {
    min(1, Double(time - from) / Double(max(1, to - from)))
  }

  private func isInForce(_ phase: TestPhase, at time: Int64) -> Bool {
    phase.from.value.microseconds <= time && time < phase.to?.microseconds ?? .max
  }

  private func holds(_ source: Int) -> Bool {
    sources[source].conditions.allSatisfy { condition in
      guard case .value(let value) = values[condition.slot] else { return false }
      return value.text == condition.value
    }
  }

  // MARK: When events come

  private func pace(at time: Int64) -> TestStream.Pace {
    let phase = phases.last { isInForce($0, at: time) && $0.flow.pace != nil }
    return phase?.flow.pace ?? stream.flow.pace ?? .silent
  }

  /// The time of the event behind one of this time; nil for none.
  private func following(_ time: Int64) -> Int64? {
    guard case .every(let distance) = pace(at: time) else { return nil }
    let next = time + distance.microseconds
    if case .silent = pace(at: next) { return nextBorder(after: next) }
    return start + next
  }

  /// The next time at which events come again.
  private func nextBorder(after time: Int64) -> Int64? {
    let borders = phases.map(\.from.value.microseconds) + phases.compactMap(\.to?.microseconds)
    return borders.sorted().first { border in
      guard border > time, case .every = pace(at: border) else { return false }
      return true
    }.map { start + $0 }
  }
}
