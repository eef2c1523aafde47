internal import Windowing

/// `window`: of which stretches of event time records are judged together.
extension NodeReader {
  /// Most windows that may hold one instant, and most panes of one window.
  static let overlapLimit: Int64 = 1_000
  /// Most records that a window may wait for.
  static let minRecordsLimit: UInt64 = 1_000_000_000

  /// `7d`, `{ size: 6h, every: 1h, align: 5h }`, or `{ size: 1h, min_records: 500, at_most: 24h }`.
  ///
  /// `min_records` is what it is for rules and triggers: with fewer, no answer. A window without so
  /// many grows by its size, `at_most` as long as this; with what it has then, its rules are
  /// undecided if that is too little for them.
  mutating func window(_ section: Section) -> Located<WindowSpecification>? {
    guard let node = section["window"] else { return nil }
    if case .scalar = node.content {
      guard let size = duration(section, "window", aboveZero: true), isSize(size) else {
        return nil
      }
      return size.with(WindowSpecification(size: size.value))
    }
    guard let parts = self.section(node, .window) else { return nil }
    let every = duration(parts, "every", aboveZero: true)
    let align = duration(parts, "align")
    let (minRecords, atMost) = (minRecords(of: parts), duration(parts, "at_most", aboveZero: true))
    guard let size = duration(parts, "size", aboveZero: true), isSize(size) else { return nil }
    let read = [
      "every": every != nil, "align": align != nil, "min_records": minRecords != nil,
      "at_most": atMost != nil,
    ]
    guard read.allSatisfy({ key, isRead in isRead || parts[key] == nil }) else { return nil }
    if let every {
      guard isHop(every, of: size) else { return nil }
      guard minRecords == nil else {
        diagnostics.error(
          at: every,
          "windows with 'min_records' cannot overlap",
          hint: "leave out 'every': each begins where the last one ended"
        )
        return nil
      }
    }
    if let atMost {
      guard isGrowth(atMost, of: size, waitsForRecords: minRecords != nil) else { return nil }
    }
    let specification = WindowSpecification(
      size: size.value,
      every: every?.value,
      align: align?.value ?? .zero,
      minRecords: minRecords,
      atMost: atMost?.value
    )
    return size.with(specification)
  }

  private mutating func minRecords(of parts: Section) -> UInt64? {
    guard let count = count(parts, "min_records"), let node = parts["min_records"] else {
      return nil
    }
    if (1...Self.minRecordsLimit).contains(count) { return count }
    wrong(node, "min_records", needs: "a number from 1 to \(Self.minRecordsLimit)")
    return nil
  }

  private mutating func isSize(_ size: Located<Duration>) -> Bool {
    if size.value > .zero { return true }
    diagnostics.error(at: size, "a window's size is more than nothing")
    return false
  }

  private mutating func isHop(_ every: Located<Duration>, of size: Located<Duration>) -> Bool {
    guard every.value > .zero else {
      diagnostics.error(at: every, "'every' is more than nothing")
      return false
    }
    guard every.value <= size.value else {
      diagnostics.error(
        at: every,
        "'every' is longer than the window's size",
        hint: "records between two windows would be judged in none"
      )
      return false
    }
    guard size.value.milliseconds / every.value.milliseconds <= Self.overlapLimit else {
      diagnostics.error(
        at: every,
        "more than 1000 windows would overlap",
        hint: "of \(DurationText.text(of: size.value)) take at least a thousandth"
      )
      return false
    }
    return true
  }

  private mutating func isGrowth(
    _ atMost: Located<Duration>,
    of size: Located<Duration>,
    waitsForRecords: Bool
  ) -> Bool {
    guard waitsForRecords else {
      diagnostics.error(
        at: atMost,
        "'at_most' is of windows with 'min_records' only",
        hint: "without it, each lasts its size"
      )
      return false
    }
    let (limit, step) = (atMost.value.milliseconds, size.value.milliseconds)
    if limit > step, limit.isMultiple(of: step) { return true }
    let below = max(2, limit / step)
    let example = [below, below + 1]
      .map { DurationText.text(of: .milliseconds($0 * step)) }
      .joined(separator: " or ")
    diagnostics.error(
      at: atMost,
      "'at_most' is a multiple of the window's size, by which it grows",
      hint: "such as \(example)"
    )
    return false
  }
}
