internal import Drift
internal import Records
internal import Sketches

extension BoardContents {
  /// Both distributions of the newest window asked for of which they are known, and of which
  /// windows they are; null where they are of none.
  func write(
    distributionsOf field: String,
    _ windows: [BoardWindow],
    to json: inout JSONText
  ) {
    let known = Dictionary(distributions.things.map { ($0.key, $0) }) { _, last in last }
    let having = windows.filter { known[$0.key]?.fields[field] != nil }
    guard let window = having.last, let distribution = known[window.key]?.fields[field] else {
      return json.value(Int?.none)
    }
    json.object { json in
      json.member("window_start", window.start)
      json.member("window_end", window.end)
      json.member("known", having.map(\.end))
      json.object("reference") { Self.write(distribution.reference, to: &$0) }
      json.object("current") { Self.write(distribution.current, to: &$0) }
      switch distribution.shape {
      case .numeric(let curve): json.object("functions") { Self.write(curve, to: &$0) }
      case .categorical(let shape): json.object("categories") { Self.write(shape, to: &$0) }
      }
    }
  }

  private static func write(_ completeness: Completeness, to json: inout JSONText) {
    json.member("n", completeness.values)
    json.member("missing", completeness.missing)
    json.object("missing_by_kind") { json in
      for kind in Completeness.Missing.allCases where completeness.missing(kind) > 0 {
        json.member("\(kind)", completeness.missing(kind))
      }
    }
    json.member("mismatched", completeness.mismatched)
  }

  /// Counts at or below each point; their differences are a histogram.
  private static func write(_ curve: DistributionCurve, to json: inout JSONText) {
    json.member("points", curve.points)
    json.member("reference", curve.reference)
    json.member("current", curve.current)
    guard let gap = curve.gap else { return json.member("gap", Int?.none) }
    let (m, n) = (Double(curve.referenceCount), Double(curve.currentCount))
    let (left, right) = (Double(gap.reference) / m, Double(gap.current) / n)
    json.object("gap") { json in
      json.member("point", gap.point)
      json.member("before", gap.isBefore)
      json.member("reference", left)
      json.member("current", right)
      json.member("distance", abs(left - right))
    }
  }

  private static func write(_ shape: FieldDistribution.Categories, to json: inout JSONText) {
    json.member("names", shape.names)
    json.member("reference", shape.reference)
    json.member("current", shape.current)
    json.member("other_reference", shape.others.reference)
    json.member("other_current", shape.others.current)
    json.member("unseen_current", shape.unseen)
  }
}
