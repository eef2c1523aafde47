internal import Monitoring
internal import Records
internal import Rules

/// What `leeway silence --list` prints.
struct SilenceList {
  private let monitor: String
  private let silences: [Silence]
  private let now: Int64

  /// Silences of a monitor at a second since 1970.
  init(_ plan: Plan, _ silences: [Silence], now: Int64) {
    (monitor, self.silences, self.now) = (plan.monitor, silences, now)
  }

  /// A table for people, the newest last.
  var text: String {
    guard !silences.isEmpty else { return "\(monitor): no silence was ever asked for" }
    var table = TextTable(header: ["id", "of", "from", "until", "", "reason"])
    for silence in silences {
      table.add([
        String(silence.id.prefix(8)), silence.name ?? "everything", text(silence.from),
        text(silence.until), state(silence), silence.reason,
      ])
    }
    return table.text
  }

  /// One silence in a line.
  func line(_ silence: Silence) -> String {
    let what = silence.name.map { "\($0) of \(monitor)" } ?? monitor
    return "silence \(silence.id.prefix(8)): \(what) is silent until \(text(silence.until))"
  }

  private func state(_ silence: Silence) -> String {
    if silence.endOffset != nil { return "ended" }
    if now < silence.from { return "to come" }
    return silence.lasts(at: now) ? "in force" : "over"
  }

  private func text(_ second: Int64) -> String {
    Timestamp(microseconds: second * 1_000_000).description
  }
}
