import Drift
import Records
import Rules
import Sketches
import Windowing

/// Longest name of a rule, a trigger or a field that is read back.
let nameLimit = 1 << 16

extension AlertBook {
  func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.count(entries.count)
    for subject in entries.keys.sorted() {
      guard let entry = entries[subject] else { continue }
      subject.encode(into: &writer, plan: plan)
      entry.encode(into: &writer)
    }
  }

  mutating func restore(
    from reader: inout ByteReader,
    plan: Plan,
    limits: Limits
  ) throws(BadEncoding) {
    let names = PlanNames(plan)
    for _ in 0..<(try reader.count(limit: .max, "alerts")) {
      let subject = try AlertSubject.read(from: &reader, names)
      let entry = try Entry(from: &reader, plan: plan, limits: limits)
      entries[subject] = entry
    }
  }
}

extension AlertSubject {
  func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.text(plan.rules[rule].name)
    writer.optional(field) { $0.text(plan.fields[$1].name) }
    writer.optional(version) { $1.encode(into: &$0) }
    if let segment { writer.text(plan.name(ofSegment: segment)) }
  }

  static func read(
    from reader: inout ByteReader,
    _ names: PlanNames
  ) throws(BadEncoding) -> AlertSubject {
    let start = reader.position
    let rule = try reader.text(limit: nameLimit)
    let field = try reader.optional { (reader) throws(BadEncoding) in
      try reader.text(limit: nameLimit)
    }
    let version = try reader.optional { (reader) throws(BadEncoding) in
      try ModelVersion(from: &reader)
    }
    let fieldIndex = field.flatMap { names.fields[$0] }
    guard let ruleIndex = names.rules[rule], (field == nil) == (fieldIndex == nil) else {
      throw BadEncoding("an alert of a rule or a field that there is not", at: start)
    }
    guard let by = names.plan.rules[ruleIndex].by else {
      return AlertSubject(rule: ruleIndex, field: fieldIndex, version: version)
    }
    let place = reader.position
    let segment = names.segments[Array(try reader.text(limit: nameLimit).utf8)]
    guard let segment, names.plan.segments(of: by).contains(segment) else {
      throw BadEncoding("an alert of a segment that there is not", at: place)
    }
    return AlertSubject(rule: ruleIndex, field: fieldIndex, version: version, segment: segment)
  }
}

extension AlertBook.Entry {
  private static let states: [AlertState?] = [nil, .pending, .firing]

  func encode(into writer: inout ByteWriter) {
    writer.count(Self.states.firstIndex(of: state) ?? 0)
    writer.optional(first) { $1.encode(into: &$0) }
    writer.count(failures.count)
    for window in failures { window.encode(into: &writer) }
    writer.count(verdicts.count)
    for verdict in verdicts { writer.flag(verdict) }
    writer.optional(lastPass) { $0.signed($1.microseconds) }
    writer.optional(lastEnd) { $0.signed($1.microseconds) }
    writer.optional(lastSaid) {
      $0.signed($1.time.microseconds)
      $0.count($1.repetition)
      $0.flag($1.isSilenced)
    }
    writer.count(absences)
    writer.count(detectors.count)
    for name in detectors.keys.sorted() {
      guard let detector = detectors[name] else { continue }
      writer.text(name.statistic)
      writer.optional(name.field) { $0.text($1) }
      detector.encode(into: &writer)
    }
  }

  init(
    from reader: inout ByteReader,
    plan: Plan,
    limits: Limits
  ) throws(BadEncoding) {
    let start = reader.position
    let number = try reader.index("state of an alert")
    guard number < Self.states.count else {
      throw BadEncoding("no such state of an alert: \(number)", at: start)
    }
    state = Self.states[number]
    first = try reader.optional { (reader) throws(BadEncoding) in
      try Window(from: &reader, plan: plan)
    }
    guard (first == nil) == (state == nil) else {
      throw BadEncoding("an alert without its first window", at: start)
    }
    for _ in 0..<(try reader.count(limit: limits.rememberedPanes, "windows")) {
      failures.append(try Window(from: &reader, plan: plan))
    }
    for _ in 0..<(try reader.count(limit: .max, "verdicts")) {
      verdicts.append(try reader.flag())
    }
    lastPass = try reader.instant()
    lastEnd = try reader.instant()
    lastSaid = try reader.optional { (reader) throws(BadEncoding) in
      AlertBook.Saying(
        time: try reader.time(),
        repetition: try reader.index("repetition"),
        isSilenced: try reader.flag()
      )
    }
    guard (lastSaid != nil) == (state == .firing) else {
      throw BadEncoding("an alert that fires and was never said to", at: start)
    }
    absences = try reader.index("absence")
    var last: SeriesName?
    for _ in 0..<(try reader.count(limit: .max, "detectors")) {
      let start = reader.position
      let statistic = try reader.text(limit: nameLimit)
      let field = try reader.optional { (reader) throws(BadEncoding) in
        try reader.text(limit: nameLimit)
      }
      let name = SeriesName(statistic: statistic, field: field)
      guard last.map({ $0 < name }) ?? true else {
        throw BadEncoding("detectors are not in order", at: start)
      }
      let detector = try Detector(from: &reader)
      guard detector.kind == name.kind else {
        throw BadEncoding("a detector of another kind than its name", at: start)
      }
      (detectors[name], last) = (detector, name)
    }
  }
}

extension Window {
  func encode(into writer: inout ByteWriter) {
    writer.count(specification)
    writer.signed(start.microseconds)
    writer.signed(end.microseconds)
  }

  init(from reader: inout ByteReader, plan: Plan) throws(BadEncoding) {
    let position = reader.position
    self.init(
      specification: try reader.index("window", below: plan.windows.count),
      start: try reader.time(),
      end: try reader.time()
    )
    let length = Duration.microseconds(end.microseconds - start.microseconds)
    guard plan.windows[specification].canLast(length) || length == Window.minute else {
      throw BadEncoding("a window of another size", at: position)
    }
  }
}
