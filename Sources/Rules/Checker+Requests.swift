internal import Records
internal import Windowing

// How often a trigger asks: what its keys say of each other.

extension Checker {
  /// Says what of a trigger's pace can never be.
  mutating func checkPace(
    of trigger: TriggerDefinition,
    _ planned: PlannedTrigger,
    in file: String
  ) {
    checkSchedule(of: trigger, planned, in: file)
    if trigger.settle > 0, !trigger.hasCondition, let place = trigger.settlePlace {
      warning(file, place, "'settle' waits for what fires, and there is no 'when'")
    }
    guard let atMost = trigger.atMost else { return }
    let paces = [
      ("cooldown", trigger.cooldown?.value),
      ("every", trigger.hasCondition ? nil : trigger.every?.value),
    ]
    for (name, length) in paces {
      guard let length, length * atMost.value.count >= atMost.value.period else { continue }
      let text = DurationText.text(of: length)
      warning(
        file,
        atMost,
        "'at_most' is never reached: with \(name): \(text) there are no more requests than that",
        hint: "leave it out, or the \(name)"
      )
      return
    }
  }

  private mutating func checkSchedule(
    of trigger: TriggerDefinition,
    _ planned: PlannedTrigger,
    in file: String
  ) {
    guard let every = trigger.every else { return }
    let text = DurationText.text(of: every.value)
    if let step = step(of: planned), every.value < step {
      error(
        file,
        every,
        "every \(text) is shorter than the windows after which it can ask",
        hint: "they come every \(DurationText.text(of: step))"
      )
    }
    if let cooldown = trigger.cooldown, every.value < cooldown.value {
      warning(
        file,
        every,
        "the cooldown of \(DurationText.text(of: cooldown.value)) is longer: what is due "
          + "every \(text) is refused until it is over"
      )
    }
    guard !windows.specifications.isEmpty else { return }
    let remembered = Int64(Limits().rememberedPanes) * PaneGrid(windows.specifications).width
    guard every.value.microseconds > remembered else { return }
    warning(
      file,
      every,
      "the records of \(text) are more than is remembered: a request names those of the last "
        + DurationText.text(of: .microseconds(remembered)),
      hint: "windows with a greater common divisor are remembered longer"
    )
  }

  /// Says what is wrong with the lock.
  mutating func checkLock(
    of trigger: TriggerDefinition,
    _ planned: PlannedTrigger,
    in file: String
  ) {
    guard let limit = trigger.answerWithin else { return }
    if trigger.isDryRun {
      warning(file, limit, "nobody answers what is only said: a dry run is never in flight")
    } else if let step = step(of: planned), limit.value <= step {
      warning(
        file,
        limit,
        "a request is over with the next window: it keeps no other one away",
        hint: "windows come every \(DurationText.text(of: step))"
      )
    }
  }

  /// The shortest time between two windows after which a trigger can ask.
  private func step(of trigger: PlannedTrigger) -> Duration? {
    let tests = trigger.condition?.tests ?? []
    let watched = tests.isEmpty ? [0] : tests.map { rules[$0.rule].windowIndex }
    return watched.compactMap { index in
      windows.specifications.indices.contains(index) ? windows.specifications[index].every : nil
    }.min()
  }
}
