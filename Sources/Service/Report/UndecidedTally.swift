/// Judgements that were left open, by rule and field.
struct UndecidedTally: Sendable {
  /// What was to be judged.
  struct Key: Hashable, Sendable {
    var rule: String
    var field: String?
  }

  /// How often it was not.
  struct Line: Sendable {
    var key: Key
    /// Judgements of a window, model version and segment each.
    var count = 0
    /// Those that more records would have decided.
    var countOfFew = 0
    /// The fewest and the most records that would have.
    var needed: ClosedRange<UInt64>?
  }

  private var lines: [Key: Line] = [:]
  /// All of them.
  private(set) var total = 0

  /// Keys that are told apart: what comes later adds to the total alone.
  private static let limit = 20_000

  /// Takes those of a window.
  mutating func take(_ undecided: [WindowRecord.Undecided]) {
    for item in undecided {
      total += 1
      let key = Key(rule: item.rule, field: item.field)
      guard lines[key] != nil || lines.count < Self.limit else { continue }
      lines[key, default: Line(key: key)].note(item.records_needed)
    }
  }

  /// The most frequent first.
  var sorted: [Line] {
    lines.values.sorted {
      ($1.count, $0.key.rule, $0.key.field ?? "") < ($0.count, $1.key.rule, $1.key.field ?? "")
    }
  }
}

extension UndecidedTally.Line {
  fileprivate mutating func note(_ needed: UInt64?) {
    count += 1
    guard let needed else { return }
    countOfFew += 1
    guard let known = self.needed else { return self.needed = needed...needed }
    self.needed = min(known.lowerBound, needed)...max(known.upperBound, needed)
  }
}
