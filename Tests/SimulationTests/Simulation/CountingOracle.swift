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

  private var slices: [Int: Window] = [:]
  private var beforeFirst = Window()
  /// Up to where windows have closed: the smallest watermark, less lateness; nil for none.
  private let closed: Int?

  init(_ partitions: [[String]]) {
    var watermarks: [Int?] = []
    for lines in partitions {
      var watermark: Int?
      var recent: [Int] = []
      for line in lines {
        var addition = Window()
        var slice = watermark.map(Self.slice(of:))
        switch Self.fate(of: line) {
        case .filtered: addition.filtered = 1
        case .rejected(let reason): addition.rejected[reason] = 1
        case .event(let time, let version, let missing):
          let own = Self.slice(of: time)
          if let watermark, (own + 1) * Self.slice + Self.lateness <= watermark {
            addition.late = 1
            break
          }
          addition.accepted[version] = 1
          addition.missing[version] = missing
          slice = own
          recent = (recent + [time]).suffix(64)
          guard recent.count >= 3 else { break }
          watermark = max(recent.sorted()[recent.count - 3], watermark ?? .min)
        }
        guard let slice else {
          beforeFirst.add(addition)
          continue
        }
        slices[slice, default: Window()].add(addition)
      }
      watermarks.append(watermark)
    }
    let known = watermarks.compactMap(\.self)
    closed = known.count == partitions.count ? known.min().map { $0 - Self.lateness } : nil
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

  /// The windows that have closed, by size and start in seconds: from the first that holds the
  /// earliest slice on.
  var windows: [String: [Int: Window]] {
    guard let first = slices.keys.min(), let closed else { return [:] }
    return Self.sizes.mapValues { size, hop in
      var windows: [Int: Window] = [:]
      var start = (first * Self.slice / hop) * hop
      while start - hop + size > first * Self.slice { start -= hop }
      var carried = beforeFirst
      while start + size <= closed {
        var window = carried
        carried = Window()
        for slice in start / Self.slice..<(start + size) / Self.slice {
          if let counted = slices[slice] { window.add(counted) }
        }
        windows[start] = window
        start += hop
      }
      return windows
    }
  }
}
