internal import Records

/// Draws one statistic over time: its limits dashed, its alerts' spans behind it.
///
/// Where columns stand for several windows, a band leads from their least to their greatest value.
struct SeriesDrawing {
  let columns: [WindowColumns.Column]
  let lows: [Float]
  let highs: [Float]
  /// Dashed lines.
  var limits: [Double] = []
  /// Alerts that fired: from, to.
  var spans: [(start: Timestamp, end: Timestamp)] = []
  /// All of time that is drawn.
  let start: Timestamp
  let end: Timestamp

  private static let width = 300.0
  private static let height = 70.0

  /// Of a series as it is, or as few columns as a small drawing needs.
  init(
    _ series: StatisticSeries,
    _ columns: [WindowColumns.Column],
    from start: Timestamp,
    to end: Timestamp,
    most: Int?
  ) {
    let together = most.map { max(1, (columns.count + $0 - 1) / $0) } ?? 1
    var (joined, lows, highs): ([WindowColumns.Column], [Float], [Float]) = ([], [], [])
    for first in stride(from: 0, to: columns.count, by: together) {
      let range = first..<min(first + together, columns.count)
      let known = range.clamped(to: 0..<series.lows.count)
      joined.append(
        WindowColumns.Column(
          start: columns[range.lowerBound].start,
          end: columns[range.upperBound - 1].end,
          windows: columns[range].reduce(0) { $0 + $1.windows }
        )
      )
      lows.append(series.lows[known].reduce(.nan, Float.minimum))
      highs.append(series.highs[known].reduce(.nan, Float.maximum))
    }
    (self.columns, self.lows, self.highs) = (joined, lows, highs)
    (self.start, self.end) = (start, end)
  }

  /// The least and the greatest of all that is drawn.
  var bounds: ClosedRange<Double> {
    let values = (lows + highs).filter(\.isFinite).map(Double.init) + limits
    var (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if low > 0, low < high * 0.6 { low = 0 }
    if high == low { high = low + (abs(low) > 0 ? abs(low) : 1) }
    return low...high
  }

  /// Writes the drawing.
  ///
  /// - Parameters:
  ///   - kind: Its class: a series, or a spark in a table.
  ///   - html: Where to.
  func write(_ kind: String, to html: inout HTMLText) {
    let (width, height) = (Self.width, Self.height)
    let bounds = bounds
    html.element(
      "svg",
      [
        "class": kind, "viewBox": "0 0 \(Self.text(width)) \(Self.text(height))",
        "preserveAspectRatio": "none", "aria-hidden": "true",
      ]
    ) { html in
      for span in spans {
        let (left, right) = (x(span.start), x(span.end))
        html.empty(
          "rect",
          [
            "class": "span firing", "x": Self.text(left), "y": "0", "height": Self.text(height),
            "width": Self.text(max(1, right - left)),
          ]
        )
      }
      for limit in limits {
        let place = Self.text(y(limit, bounds))
        html.empty(
          "line",
          ["class": "limit", "x1": "0", "x2": Self.text(width), "y1": place, "y2": place]
        )
      }
      let band = bandPath(bounds)
      if !band.isEmpty { html.empty("path", ["class": "band", "d": band]) }
      html.empty("path", ["class": "trace", "d": line(highs, bounds)])
    }
  }

  private func x(_ time: Timestamp) -> Double {
    let whole = Double(end.microseconds) - Double(start.microseconds)
    let part = Double(time.microseconds) - Double(start.microseconds)
    return min(max(part / max(1, whole), 0), 1) * Self.width
  }

  private func y(_ value: Double, _ bounds: ClosedRange<Double>) -> Double {
    let part = (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    return 66 - min(max(part, 0), 1) * 60
  }

  private func middle(_ index: Int) -> Double {
    (x(columns[index].start) + x(columns[index].end)) / 2
  }

  /// A line through what is known; a value between two that are not is a dash.
  private func line(_ values: [Float], _ bounds: ClosedRange<Double>) -> String {
    var (path, isDown) = ("", false)
    for (index, value) in values.enumerated() {
      guard value.isFinite else {
        isDown = false
        continue
      }
      path += "\(isDown ? "L" : "M")\(Self.text(middle(index))) \(place(value, bounds))"
      let isAlone = !isDown && !(index + 1 < values.count && values[index + 1].isFinite)
      if isAlone { path += "h1" }
      isDown = true
    }
    return path
  }

  /// What lies between least and greatest values, run by run; empty where they are one.
  private func bandPath(_ bounds: ClosedRange<Double>) -> String {
    guard zip(lows, highs).contains(where: { $0 < $1 }) else { return "" }
    var path = ""
    var run: [Int] = []
    for index in columns.indices {
      if lows[index].isFinite { run.append(index) }
      guard !lows[index].isFinite || index == columns.count - 1 else { continue }
      path += outline(of: run, bounds)
      run = []
    }
    return path
  }

  private func outline(of run: [Int], _ bounds: ClosedRange<Double>) -> String {
    guard run.count > 1 else { return "" }
    let above = run.map { "\(Self.text(middle($0))) \(place(highs[$0], bounds))" }
    let below = run.reversed().map { "\(Self.text(middle($0))) \(place(lows[$0], bounds))" }
    return "M" + (above + below).joined(separator: "L") + "Z"
  }

  private func place(_ value: Float, _ bounds: ClosedRange<Double>) -> String {
    Self.text(y(Double(value), bounds))
  }

  /// To a tenth.
  private static func text(_ place: Double) -> String {
    let tenths = Int((place * 10).rounded())
    let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(whole)" : "\(tenths < 0 && whole == 0 ? "-" : "")\(whole).\(abs(rest))"
  }
}
