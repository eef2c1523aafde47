import Records
import Rules
import Sketches
import Windowing

// What a snapshot holds of triggers; rules and fields go by their names.

extension RetrainGovernor {
  func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.count(states.count)
    for (trigger, state) in zip(plan.triggers, states) {
      writer.text(trigger.name)
      state.encode(into: &writer, plan: plan)
    }
    writer.count(firing.count)
    for subject in firing.keys.sorted() {
      guard let entry = firing[subject] else { continue }
      subject.encode(into: &writer, plan: plan)
      entry.alert.first.encode(into: &writer)
      writer.fixed64(entry.effect.bitPattern)
    }
  }

  mutating func restore(from reader: inout ByteReader, plan: Plan) throws(BadEncoding) {
    let (start, names) = (reader.position, PlanNames(plan))
    for _ in 0..<(try reader.count(limit: .max, "triggers")) {
      let name = try reader.text(limit: nameLimit)
      guard let index = plan.triggers.firstIndex(where: { $0.name == name }) else {
        throw BadEncoding("a trigger that there is not", at: start)
      }
      states[index] = try TriggerState(from: &reader, names, limits: limits)
    }
    for _ in 0..<(try reader.count(limit: .max, "alerts")) {
      let subject = try AlertSubject.read(from: &reader, names)
      let first = try Window(from: &reader, plan: plan)
      let effect = Double(bitPattern: try reader.fixed64())
      let alert = AlertTransition(subject: subject, state: .firing, first: first)
      firing[subject] = Firing(alert: alert, effect: effect)
    }
  }
}

extension RetrainGovernor.TriggerState {
  fileprivate func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.flag(hasAsked)
    writer.flag(wasSilenced)
    writer.optional(lastAsked) { $0.signed($1.microseconds) }
    writer.count(steadyWindows + 1)
    writer.optional(begun) { $0.signed($1.microseconds) }
    writer.optional(lastWindow) { $1.encode(into: &$0) }
    writer.count(requestTimes.count)
    for time in requestTimes { writer.signed(time.microseconds) }
    for kind in RetrainRefusal.Kind.allCases { writer.flag(refused.contains(kind)) }
    writer.count(asks.count)
    for ask in asks {
      for text in [ask.id, ask.trigger, ask.reason] { writer.text(text) }
    }
    writer.count(requests.count)
    for request in requests { request.encode(into: &writer, plan: plan) }
  }

  fileprivate init(
    from reader: inout ByteReader,
    _ names: PlanNames,
    limits: Limits
  ) throws(BadEncoding) {
    hasAsked = try reader.flag()
    wasSilenced = try reader.flag()
    lastAsked = try reader.instant()
    steadyWindows = try reader.index("number of windows") - 1
    begun = try reader.instant()
    lastWindow = try reader.optional { (reader) throws(BadEncoding) in
      try Window(from: &reader, plan: names.plan)
    }
    for _ in 0..<(try reader.count(limit: .max, "requests")) {
      requestTimes.append(try reader.time())
    }
    for kind in RetrainRefusal.Kind.allCases where try reader.flag() { refused.insert(kind) }
    for _ in 0..<(try reader.count(limit: RetrainGovernor.askLimit, "asks")) {
      asks.append(
        TrainingAsk(
          id: try reader.text(limit: .max),
          trigger: try reader.text(limit: .max),
          reason: try reader.text(limit: .max)
        )
      )
    }
    for _ in 0..<(try reader.count(limit: OpenRequest.limit, "requests")) {
      requests.append(try OpenRequest(from: &reader, names, limits: limits))
    }
  }
}

extension OpenRequest {
  fileprivate func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.text(id)
    writer.signed(made.microseconds)
    writer.optional(version) { $1.encode(into: &$0) }
    writer.text(references.standard)
    writer.count(references.owned.count)
    for (version, reference) in references.owned {
      version.encode(into: &writer)
      writer.text(reference)
    }
    writer.optional(since) { $0.signed($1.microseconds) }
    writer.optional(completion) { writer, completion in
      for text in [completion.modelVersion, completion.reference, completion.reason] {
        writer.optional(text) { $0.text($1) }
      }
    }
    writer.count(trials.count)
    for trial in trials {
      writer.optional(trial.subject) { $1.encode(into: &$0, plan: plan) }
      writer.count(trial.windows)
      writer.flag(trial.hasPassed)
      writer.byte(trial.standing.rawValue)
      trial.entry.encode(into: &writer)
    }
  }

  fileprivate init(
    from reader: inout ByteReader,
    _ names: PlanNames,
    limits: Limits
  ) throws(BadEncoding) {
    id = try reader.text(limit: nameLimit)
    made = try reader.time()
    version = try reader.optional { (reader) throws(BadEncoding) in
      try ModelVersion(from: &reader)
    }
    let standard = try reader.text(limit: nameLimit)
    var own: [ModelVersion: String] = [:]
    for _ in 0..<(try reader.count(limit: .max, "references")) {
      let version = try ModelVersion(from: &reader)
      own[version] = try reader.text(limit: nameLimit)
    }
    references = ByVersion(standard: standard, own: own)
    since = try reader.instant()
    let id = id
    completion = try reader.optional { (reader) throws(BadEncoding) in
      let text = { (reader: inout ByteReader) throws(BadEncoding) in
        try reader.optional { (reader) throws(BadEncoding) in try reader.text(limit: .max) }
      }
      return TrainingCompletion(
        request: id,
        hasSucceeded: true,
        modelVersion: try text(&reader),
        reference: try text(&reader),
        reason: try text(&reader)
      )
    }
    trials = []
    for _ in 0..<(try reader.count(limit: .max, "alerts")) {
      trials.append(try Trial(from: &reader, names, limits: limits))
    }
  }
}

extension OpenRequest.Trial {
  fileprivate init(
    from reader: inout ByteReader,
    _ names: PlanNames,
    limits: Limits
  ) throws(BadEncoding) {
    subject = try reader.optional { (reader) throws(BadEncoding) in
      try AlertSubject.read(from: &reader, names)
    }
    windows = try reader.index("number of windows")
    hasPassed = try reader.flag()
    let start = reader.position
    guard let standing = Standing(rawValue: try reader.byte()) else {
      throw BadEncoding("an alert that stands nowhere", at: start)
    }
    self.standing = standing
    entry = try AlertBook.Entry(from: &reader, plan: names.plan, limits: limits)
  }
}
