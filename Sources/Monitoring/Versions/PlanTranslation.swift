import Rules
import Windowing

/// Finds what a plan shares with the one before it: rules, fields and triggers go by their names.
struct PlanTranslation {
  let old: Plan
  let new: Plan

  /// What an alert is about, in the new plan; nil when that does not judge it, or on other windows.
  func subject(_ subject: AlertSubject) -> AlertSubject? {
    let rule = old.rules[subject.rule]
    guard let index = new.rules.firstIndex(where: { $0.name == rule.name }),
      old.windows[rule.windowIndex] == new.windows[new.rules[index].windowIndex]
    else { return nil }
    let name = subject.field.map { old.fields[$0].name }
    let field = name.flatMap { name in new.fields.firstIndex { $0.name == name } }
    guard (name == nil) == (field == nil), new.rules[index].judgedFields.contains(field) else {
      return nil
    }
    return AlertSubject(rule: index, field: field, version: subject.version)
  }

  /// A window that both plans have.
  func window(_ window: Window) -> Window? {
    let specification = old.windows[window.specification]
    return new.windows.firstIndex(of: specification)
      .map { Window(specification: $0, start: window.start, end: window.end) }
  }

  /// Where a trigger stood in the old plan.
  func oldTrigger(_ index: Int) -> Int? {
    old.triggers.firstIndex { $0.name == new.triggers[index].name }
  }

  /// The windows of the old plan that are of the same kind as one of the new plan.
  func oldSpecification(_ index: Int) -> Int? { old.windows.firstIndex(of: new.windows[index]) }
}

extension AlertBook {
  /// Alerts that nobody will judge any more, with the last window that made them what they are.
  struct Orphan {
    var transition: AlertTransition
    var window: Window
  }

  /// Goes on with the alerts of rules that an earlier plan had, too.
  ///
  /// - Returns: Those that it cannot go on with, in order: they are resolved.
  mutating func adopt(_ book: AlertBook, _ translation: PlanTranslation) -> [Orphan] {
    var orphans: [Orphan] = []
    for subject in book.entries.keys.sorted() {
      guard var entry = book.entries[subject] else { continue }
      guard let own = translation.subject(subject) else {
        guard entry.state != nil, let first = entry.first else { continue }
        let transition = AlertTransition(subject: subject, state: .resolved, first: first)
        orphans.append(Orphan(transition: transition, window: entry.failures.last ?? first))
        continue
      }
      entry.first = entry.first.flatMap { translation.window($0) }
      entry.failures = entry.failures.compactMap { translation.window($0) }
      entries[own] = entry
    }
    return orphans
  }
}

extension RetrainGovernor {
  /// Goes on with the triggers and alerts that an earlier plan had, too.
  mutating func adopt(_ governor: RetrainGovernor, _ translation: PlanTranslation) {
    for index in states.indices {
      if let old = translation.oldTrigger(index) { states[index] = governor.states[old] }
    }
    for (subject, entry) in governor.firing {
      guard let own = translation.subject(subject),
        let first = translation.window(entry.alert.first)
      else { continue }
      let alert = AlertTransition(subject: own, state: entry.alert.state, first: first)
      firing[own] = Firing(alert: alert, effect: entry.effect)
    }
  }
}
