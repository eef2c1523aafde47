import Rules
import Windowing

/// Finds what a plan shares with the one before it: rules, fields and triggers go by their names.
struct PlanTranslation {
  private let old: Plan
  private let new: Plan
  /// By the old plan's rule, field and window, the new one's.
  private let rules: [Int?]
  private let fields: [Int?]
  private let windows: [Int?]
  private let segments: [Int?]

  /// - Complexity: O(rules + fields + windows + segments).
  init(old: Plan, new: Plan) {
    (self.old, self.new) = (old, new)
    rules = Self.places(of: old.rules.map(\.name), among: new.rules.map(\.name))
    fields = Self.places(of: old.fields.map(\.name), among: new.fields.map(\.name))
    windows = Self.places(of: old.windows, among: new.windows)
    // Byte by byte: what only looks the same is another segment.
    let names = [old, new].map { plan in
      (0..<plan.segmentCount).map { Array(plan.name(ofSegment: $0).utf8) }
    }
    segments = Self.places(of: names[0], among: names[1])
  }

  private static func places<Name: Hashable>(of old: [Name], among new: [Name]) -> [Int?] {
    let places = Dictionary(
      zip(new, new.indices),
      uniquingKeysWith: { first, _ in first }
    )
    return old.map { places[$0] }
  }

  /// What an alert is about, in the new plan; nil when that does not judge it, or on other windows.
  func subject(_ subject: AlertSubject) -> AlertSubject? {
    guard let index = rules[subject.rule], haveSameWindows(subject.rule, index),
      subject.version == nil || !new.rules[index].isOfStream
    else { return nil }
    let field = subject.field.flatMap { fields[$0] }
    let segment = subject.segment.flatMap { segments[$0] }
    guard (subject.field == nil) == (field == nil),
      new.rules[index].judgedFields.contains(field),
      (subject.segment == nil) == (segment == nil), isJudged(segment, by: index)
    else { return nil }
    return AlertSubject(rule: index, field: field, version: subject.version, segment: segment)
  }

  /// Whether a rule of the new plan is judged on a segment, or, for nil, on all records.
  private func isJudged(_ segment: Int?, by rule: Int) -> Bool {
    guard let segment, let by = new.rules[rule].by else {
      return segment == nil && new.rules[rule].by == nil
    }
    return new.segments(of: by).contains(segment)
  }

  /// Rules of the clock have a minute of it, whatever the windows are.
  private func haveSameWindows(_ rule: Int, _ other: Int) -> Bool {
    guard !old.rules[rule].isOfClock else { return new.rules[other].isOfClock }
    return windows[old.rules[rule].windowIndex] == new.rules[other].windowIndex
      && !new.rules[other].isOfClock
  }

  /// The window of an alert, in the new plan.
  func window(_ window: Window, of rule: Int) -> Window? {
    guard let index = rules[rule], new.rules[index].isOfClock else { return self.window(window) }
    let specification = new.rules[index].windowIndex
    return Window(specification: specification, start: window.start, end: window.end)
  }

  /// A window that both plans have.
  func window(_ window: Window) -> Window? {
    windows[window.specification].map {
      Window(specification: $0, start: window.start, end: window.end)
    }
  }

  /// An alert's change of state, in the new plan; nil when that does not judge it.
  func transition(_ alert: AlertTransition) -> AlertTransition? {
    guard let subject = subject(alert.subject),
      let first = window(alert.first, of: alert.subject.rule)
    else { return nil }
    return AlertTransition(
      subject: subject,
      state: alert.state,
      first: first,
      repetition: alert.repetition
    )
  }

  /// Where a trigger stood in the old plan.
  func oldTrigger(_ index: Int) -> Int? {
    old.triggers.firstIndex { $0.name == new.triggers[index].name }
  }

  /// The windows of the old plan that are of the same kind as one of the new plan.
  func oldSpecification(_ index: Int) -> Int? { old.windows.firstIndex(of: new.windows[index]) }
}

extension AlertBook {
  /// An alert that nobody will judge any more, with the last window that made it what it is.
  struct Orphan {
    var transition: AlertTransition
    var window: Window
  }

  /// Hands the alerts of rules that another plan has, too, to its book.
  mutating func hand(to book: inout AlertBook, _ translation: PlanTranslation) {
    for (subject, old) in entries {
      guard let own = translation.subject(subject) else { continue }
      var entry = old
      entry.first = entry.first.flatMap { translation.window($0, of: subject.rule) }
      entry.failures = entry.failures.compactMap { translation.window($0, of: subject.rule) }
      book.entries[own] = entry
      entries[subject] = nil
    }
  }

  /// Gives up alerts.
  ///
  /// - Parameter rules: Whether those of a rule are.
  /// - Returns: Those that had begun, in order: they are resolved.
  mutating func giveUp(_ rules: (Int) -> Bool) -> [Orphan] {
    let subjects = entries.keys.filter { rules($0.rule) }.sorted()
    return subjects.compactMap { subject in
      guard let entry = entries.removeValue(forKey: subject), entry.state != nil,
        let first = entry.first
      else { return nil }
      let transition = AlertTransition(subject: subject, state: .resolved, first: first)
      return Orphan(transition: transition, window: entry.failures.last ?? first)
    }
  }
}

extension RetrainGovernor {
  /// Goes on with the triggers and alerts that an earlier plan had, too.
  mutating func adopt(_ governor: RetrainGovernor, _ translation: PlanTranslation) {
    for index in states.indices {
      guard let old = translation.oldTrigger(index) else { continue }
      states[index] = governor.states[old]
      states[index].lastWindow = states[index].lastWindow.flatMap(translation.window)
      for place in states[index].requests.indices {
        for trial in states[index].requests[place].trials.indices {
          let subject = states[index].requests[place].trials[trial].subject
          states[index].requests[place].trials[trial].subject = subject.flatMap(
            translation.subject
          )
        }
      }
    }
    for entry in governor.firing.values {
      guard let alert = translation.transition(entry.alert) else { continue }
      firing[alert.subject] = Firing(alert: alert, effect: entry.effect)
    }
  }
}
