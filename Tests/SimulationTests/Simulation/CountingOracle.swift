import Foundation
import TestSupport

/// Counts what a stream's windows must hold, record by record, from what design.md says and nothing
/// else: its own reading, its own watermark, its own arithmetic of windows.
struct CountingOracle {
  /// What a window holds.
  struct Window: Equatable {
    /// Accepted records by model version; "" for records without one.
    var accepted: [String: Int] = [:]
    /// Values missing by model version and field.
    var missing: [String: [String: Int]] = [:]
    var rejected: [String: Int] = [:]
    var late = 0
    var filtered = 0

    mutating func add(_ other: Self) {
      accepted.merge(other.accepted, uniquingKeysWith: +)
      rejected.merge(other.rejected, uniquingKeysWith: +)
      for (version, fields) in other.missing {
        missing[version, default: [:]].merge(fields, uniquingKeysWith: +)
      }
      (late, filtered) = (late + other.late, filtered + other.filtered)
    }
  }

  /// Size and hop of the monitor's windows by their names, what all are made of, and lateness.
  private static let sizes = ["1h": (3_600, 3_600), "2h": (7_200, 3_600), "15m": (900, 900)]
  private static let slice = 900
  private static let lateness = 600

  /// A partition as it has been read so far.
  private struct Source {
    var watermark: Int?
    /// Times of the last records.
    var recent: [Int] = []
    var isIdle = false
  }

  private var sources: [Source]
  private var slices: [Int: Window] = [:]
  /// By size: what counts in the next window that closes, whenever its records were.
  private var carried = sizes.mapValues { _ in Window() }
  /// By size: the start of the next window to close; empty before the first is known.
  private var next: [String: Int] = [:]
  /// The windows that have closed, by size and start in seconds: from the first that holds the
  /// earliest slice on.
  private(set) var windows = sizes.mapValues { _ in [Int: Window]() }

  /// Counts what was read, in the order in which it became known.
  ///
  /// - Parameters:
  ///   - partitions: The events of each.
  ///   - commits: Which of them became known together, and which partitions hold no window open;
  ///     nil for all of them at once, and none.
  init(_ partitions: [[String]], _ commits: [[CommitStep]]? = nil) {
    sources = partitions.map { _ in Source() }
    let everything = partitions.indices.map {
      CommitStep(partition: $0, offsets: 0..<partitions[$0].count, isIdle: false)
    }
    for commit in commits ?? [everything] {
      var additions: [Int: Window] = [:]
      for step in commit {
        var source = sources[step.partition]
        let isSilent = !partitions[step.partition][step.offsets].reduce(false) { saysTime, line in
          count(line, of: &source, into: &additions) || saysTime
        }
        source.isIdle = step.isIdle || source.isIdle && isSilent
        sources[step.partition] = source
      }
      for (slice, addition) in additions { enter(addition, slice) }
      close()
    }
  }

  /// Counts a line, and says whether it tells how far time has come.
  private mutating func count(
    _ line: String,
    of source: inout Source,
    into additions: inout [Int: Window]
  ) -> Bool {
    var addition = Window()
    var slice = source.watermark.map(Self.slice(of:))
    var saysTime = false
    switch Self.fate(of: line) {
    case .filtered: addition.filtered = 1
    case .rejected(let reason): addition.rejected[reason] = 1
    case .event(let time, let version, let missing):
      let own = Self.slice(of: time)
      if let watermark = source.watermark,
        (own + 1) * Self.slice + Self.lateness <= watermark
      {
        addition.late = 1
        break
      }
      (slice, saysTime) = (own, true)
      addition.accepted[version] = 1
      addition.missing[version] = missing
      source.recent = (source.recent + [time]).suffix(64)
      guard source.recent.count >= 3 else { break }
      let third = source.recent.sorted()[source.recent.count - 3]
      source.watermark = max(third, source.watermark ?? .min)
    }
    if let slice {
      additions[slice, default: Window()].add(addition)
    } else {
      for size in Self.sizes.keys { carried[size]?.add(addition) }
    }
    return saysTime
  }

  /// Adds to a slice; for sizes whose windows have closed over it, all of it is late.
  private mutating func enter(_ addition: Window, _ slice: Int) {
    var isOpen = next.isEmpty
    for (size, start) in next {
      guard (slice + 1) * Self.slice <= start else {
        isOpen = true
        continue
      }
      var late = addition
      late.late += addition.accepted.values.reduce(0, +)
      (late.accepted, late.missing) = ([:], [:])
      carried[size]?.add(late)
    }
    if isOpen { slices[slice, default: Window()].add(addition) }
  }

  /// Closes what the smallest watermark of those that hold windows open is behind of.
  private mutating func close() {
    let open = sources.filter { !$0.isIdle }.map(\.watermark)
    guard !open.isEmpty, !open.contains(nil), let watermark = open.compactMap(\.self).min()
    else { return }
    let closed = watermark - Self.lateness
    if next.isEmpty {
      guard let first = slices.keys.min(), (first + 1) * Self.slice <= closed else { return }
      for (name, (size, hop)) in Self.sizes {
        var start = (first * Self.slice / hop) * hop
        while start - hop + size > first * Self.slice { start -= hop }
        next[name] = start
      }
    }
    for (name, (size, hop)) in Self.sizes {
      while let start = next[name], start + size <= closed {
        var window = carried[name] ?? Window()
        carried[name] = Window()
        for slice in start / Self.slice..<(start + size) / Self.slice {
          if let counted = slices[slice] { window.add(counted) }
        }
        windows[name]?[start] = window
        next[name] = start + hop
      }
    }
  }

  private static func slice(of time: Int) -> Int {
    Int((Double(time) / Double(slice)).rounded(.down))
  }

  private enum Fate {
    case filtered
    case rejected(String)
    case event(Int, version: String, missing: [String: Int])
  }

  private static func fate(of line: String) -> Fate {
    if line.isEmpty { return .filtered }
    // What JSON has no number for is a value that is missing.
    let text = line.replacingOccurrences(of: ":NaN", with: ":null")
      .replacingOccurrences(of: ":1e999", with: ":null")
    guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
      return .rejected("bad_json")
    }
    guard let event = value as? [String: Any] else { return .rejected("not_an_object") }
    guard event["kind"] as? String == "order" else { return .filtered }
    guard let at = event["at"] else { return .rejected("no_time") }
    guard let number = at as? NSNumber else { return .rejected("bad_time") }
    guard number.doubleValue < 1e11 else { return .rejected("bad_time_unit") }
    let version = event["model"].flatMap { $0 is NSNull ? nil : "\($0)" } ?? ""
    var missing: [String: Int] = [:]
    for field in ["kind", "amount", "color"] {
      let value = event[field]
      let isMissing = value == nil || value is NSNull || value as? String == ""
      missing[field] = isMissing ? 1 : 0
    }
    return .event(number.intValue, version: version, missing: missing)
  }

  /// Records by model version that a window would hold if every partition were waited for.
  func accepted(_ size: String, _ start: Int) -> [String: Int] {
    let end = start + (Self.sizes[size]?.0 ?? 0)
    return (start / Self.slice..<end / Self.slice).reduce(into: [:]) {
      $0.merge(slices[$1]?.accepted ?? [:], uniquingKeysWith: +)
    }
  }
}
