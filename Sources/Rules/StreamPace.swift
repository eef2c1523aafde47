internal import Windowing

/// How many records a stream has at each hour of the week, as far as its reference tells.
public struct StreamPace: Equatable, Sendable {
  private static let hour = Duration.seconds(3600)
  private static let week = hour * 168

  /// Records in each hour of the week in UTC, from Monday on.
  public let perHour: [Double]
  /// Records from Monday up to each hour, and those of the week.
  private let before: [Double]

  /// A pace of 168 hours.
  public init(perHour: [Double]) {
    precondition(perHour.count == 168, "\(perHour.count) hours of a week")
    self.perHour = perHour
    before = perHour.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// Records of an average stretch of this length.
  public func mean(in length: Duration) -> Double { before[168] * (length / Self.week) }

  /// Records of the busiest stretch of this length, wherever in the week it begins.
  ///
  /// What a stretch holds changes evenly while it moves, but for where one of its ends passes an
  /// hour: the busiest begins or ends at an hour.
  public func most(in length: Duration) -> Double {
    let weeks = Int64(length / Self.week)
    let rest = (length - Self.week * Int(weeks)) / Self.hour
    let busiest = (0..<168).map(Double.init).reduce(0) { most, hour in
      let behind = records(before: hour + rest) - records(before: hour)
      let ahead = records(before: hour + 168) - records(before: hour + 168 - rest)
      return max(most, behind, ahead)
    }
    return Double(weeks) * before[168] + busiest
  }

  /// Records from Monday on, up to so many hours later, at most two weeks.
  private func records(before hours: Double) -> Double {
    let weeks = (hours / 168).rounded(.down)
    let inWeek = hours - weeks * 168
    let whole = Int(inWeek)
    let part = whole < 168 ? perHour[whole] * (inWeek - Double(whole)) : 0
    return weeks * before[168] + before[whole] + part
  }

  /// The most that a window may be expected to hold.
  ///
  /// One that waits for records ends with the step in which it has enough.
  func most(in window: WindowSpecification) -> Double {
    guard let minRecords = window.minRecords else { return most(in: window.size) }
    return min(most(in: window.longest), Double(minRecords) + most(in: window.size))
  }

  /// The fewest whole hours, or days from two on, whose busiest stretch holds so many records; nil
  /// where a year does not.
  func length(holding records: Double) -> Duration? {
    let hours = (1...48).map { Self.hour * $0 }
    let days = (3...366).map { Self.hour * 24 * $0 }
    return (hours + days).first { most(in: $0) >= records }
  }
}
