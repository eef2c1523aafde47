public import Records

/// How many rows a reference has at each hour of the week, in UTC.
///
/// Rows and time are counted over one span, from the first event up to the last one without it: n
/// rows at even distances then give their exact rate, and rows cut to the hour leave no hour
/// counted that was not covered.
public struct Rhythm: Equatable, Sendable {
  /// Hours of a week; the first one begins on Monday at 00:00 UTC.
  public static let hoursOfWeek = 168

  /// Time of the first event.
  public let first: Timestamp
  /// Time of the last event, later than the first.
  public let last: Timestamp
  /// Rows in each hour of the week, those at `last` left out.
  public let counts: [UInt64]

  /// A rhythm as it was learned.
  public init(first: Timestamp, last: Timestamp, counts: [UInt64]) {
    precondition(first < last, "no time from \(first) to \(last)")
    precondition(counts.count == Self.hoursOfWeek, "\(counts.count) hours of a week")
    self.first = first
    self.last = last
    self.counts = counts
  }

  /// Microseconds from `first` to `last` in each hour of the week; partial hours by their part.
  public var covered: [Int64] { Self.coverage(of: first..<last) }

  /// How many rows a window would have at the reference's pace.
  ///
  /// For each hour of the week, its rows per time, times the window's time in it. A span below two
  /// weeks tells only hours of the day apart, one below two days none; so each hour that is told
  /// apart is covered, and at least twice.
  ///
  /// - Parameter window: Any span, long or short; partial hours count by their part.
  /// - Returns: At least 0; 0 also where the reference has no rows in the hours of the window.
  public func expected(in window: Range<Timestamp>) -> Double {
    let covered = folded(covered)
    let counts = folded(counts)
    let overlaps = folded(Self.coverage(of: window))
    return overlaps.indices.reduce(0) { sum, hour in
      guard overlaps[hour] > 0 else { return sum }
      return sum + Double(counts[hour]) * Double(overlaps[hour]) / Double(covered[hour])
    }
  }

  /// Hour of the week that an instant lies in.
  static func hour(of time: Timestamp) -> Int {
    // 1970 began on a Thursday.
    let (_, inWeek) = (time.microseconds + 3 * day).dividedDown(by: week)
    return Int(inWeek / hour)
  }

  private static let hour: Int64 = 3_600_000_000
  private static let day = 24 * hour
  private static let week = 7 * day

  /// Hours that the span is long enough to tell apart.
  private var hoursApart: Int {
    switch last.microseconds - first.microseconds {
    case ..<(2 * Self.day): 1
    case ..<(2 * Self.week): 24
    default: Self.hoursOfWeek
    }
  }

  /// Adds up what is not told apart.
  private func folded<Number: FixedWidthInteger>(_ numbers: [Number]) -> [Number] {
    var sums = [Number](repeating: 0, count: hoursApart)
    for (hour, number) in numbers.enumerated() { sums[hour % sums.count] += number }
    return sums
  }

  /// Microseconds of a span in each hour of the week.
  private static func coverage(of span: Range<Timestamp>) -> [Int64] {
    let end = span.upperBound.microseconds
    let weeks = (end - span.lowerBound.microseconds) / week
    var coverage = [Int64](repeating: weeks * hour, count: hoursOfWeek)
    var at = span.lowerBound.microseconds + weeks * week
    while at < end {
      let next = min(end, (at.dividedDown(by: hour).quotient + 1) * hour)
      coverage[Self.hour(of: Timestamp(microseconds: at))] += next - at
      at = next
    }
    return coverage
  }
}

/// Counts rows by the hour of the week.
struct RhythmLearning {
  private var counts = [UInt64](repeating: 0, count: Rhythm.hoursOfWeek)
  private var span: ClosedRange<Timestamp>?
  private var rowsAtLast: UInt64 = 0

  /// Takes in the time of a row.
  mutating func record(_ time: Timestamp) {
    counts[Rhythm.hour(of: time)] += 1
    let known = span ?? time...time
    if time > known.upperBound { rowsAtLast = 0 }
    span = min(known.lowerBound, time)...max(known.upperBound, time)
    if time == span?.upperBound { rowsAtLast += 1 }
  }

  /// What was learned; nil when no time has passed between rows.
  var rhythm: Rhythm? {
    guard let span, span.lowerBound < span.upperBound else { return nil }
    var counts = counts
    counts[Rhythm.hour(of: span.upperBound)] -= rowsAtLast
    return Rhythm(first: span.lowerBound, last: span.upperBound, counts: counts)
  }
}
