internal import Records
internal import Rules

/// One statistic of one field over time: what a drawing needs of it, and its numbers, exact.
struct StatisticSeries: Sendable {
  /// A value, and the end of the window that had it.
  struct Extreme: Equatable, Sendable {
    var value: Double
    var end: Timestamp
  }

  /// Least and greatest value of each column; not a number where it has none.
  private(set) var lows: [Float] = []
  private(set) var highs: [Float] = []
  /// Windows with a value.
  private(set) var count = 0
  /// Windows whose value is beyond a limit.
  private(set) var beyond = 0
  private(set) var last: Extreme?
  private(set) var least: Extreme?
  private(set) var greatest: Extreme?
  /// How far the worst value is from its limit: above 1 is beyond it; 0 without limits.
  private(set) var effect = 0.0
  /// The value that was the worst, and the limit.
  private(set) var worst: (extreme: Extreme, limit: FieldLimit)?

  /// Takes a window's value.
  ///
  /// - Parameters:
  ///   - value: A number.
  ///   - end: Of the window.
  ///   - column: The window's column, none before the last that was given.
  ///   - limits: What rules allow.
  mutating func add(_ value: Double, at end: Timestamp, column: Int, limits: [FieldLimit]) {
    pad(to: column + 1)
    lows[column] = Float.minimum(lows[column], Float(value))
    highs[column] = Float.maximum(highs[column], Float(value))
    let extreme = Extreme(value: value, end: end)
    (count, last) = (count + 1, extreme)
    if least.map({ value < $0.value }) ?? true { least = extreme }
    if greatest.map({ value > $0.value }) ?? true { greatest = extreme }
    if limits.contains(where: { !$0.good.holds(value, $0.threshold) }) { beyond += 1 }
    for limit in limits where worst == nil || limit.effect(of: value) > effect {
      (effect, worst) = (max(0, limit.effect(of: value)), (extreme, limit))
    }
  }

  /// Makes one column of each two.
  mutating func thin(_ columns: Int) {
    pad(to: columns)
    lows = Self.paired(lows, Float.minimum)
    highs = Self.paired(highs, Float.maximum)
  }

  private mutating func pad(to columns: Int) {
    guard columns > lows.count else { return }
    let none = [Float](repeating: .nan, count: columns - lows.count)
    lows += none
    highs += none
  }

  private static func paired(_ values: [Float], _ join: (Float, Float) -> Float) -> [Float] {
    stride(from: 0, to: values.count, by: 2).map { index in
      index + 1 < values.count ? join(values[index], values[index + 1]) : values[index]
    }
  }
}

/// The windows of a drawing, in the order in which they come: as many share a column as it takes to
/// have no more columns than can be told apart.
struct WindowColumns: Sendable {
  /// Windows in a row.
  struct Column: Equatable, Sendable {
    var start: Timestamp
    var end: Timestamp
    var windows: Int
  }

  private(set) var columns: [Column] = []
  /// How many windows share a column.
  private(set) var windowsPerColumn = 1

  /// Takes the next window.
  ///
  /// - Returns: Its column.
  mutating func add(_ window: BoardWindow) -> Int {
    if let last = columns.last, last.windows < windowsPerColumn {
      let place = columns.count - 1
      columns[place].start = min(last.start, window.start)
      columns[place].end = max(last.end, window.end)
      columns[place].windows += 1
    } else {
      columns.append(Column(start: window.start, end: window.end, windows: 1))
    }
    return columns.count - 1
  }

  /// Makes one column of each two.
  mutating func thin() {
    columns = stride(from: 0, to: columns.count, by: 2).map { index in
      guard index + 1 < columns.count else { return columns[index] }
      let (left, right) = (columns[index], columns[index + 1])
      return Column(
        start: min(left.start, right.start),
        end: max(left.end, right.end),
        windows: left.windows + right.windows
      )
    }
    windowsPerColumn *= 2
  }
}
