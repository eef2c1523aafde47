internal import Drift
internal import Monitoring
internal import Records
internal import Rules
internal import Sketches
internal import Windowing

/// Both distributions of one field, thin enough to be kept of many windows.
struct FieldDistribution: Sendable {
  /// What there is to draw.
  enum Shape: Sendable {
    /// Of a number: the functions at some points.
    case numeric(DistributionCurve)
    /// Of a category.
    case categorical(Categories)
  }

  /// The most frequent categories of the reference.
  struct Categories: Sendable {
    var names: [String]
    var reference: [UInt64]
    var current: [UInt64]
    /// Values of categories that are not named.
    var others: (reference: UInt64, current: UInt64)
    /// Values of the window that no category of the reference has.
    var unseen: UInt64
  }

  /// Categories that are named at most.
  static let categoryLimit = 50

  var shape: Shape
  var reference: Completeness
  var current: Completeness

  /// Of a window.
  ///
  /// - Parameters:
  ///   - reference: What it is compared with.
  ///   - counted: What was counted.
  ///   - floor: Categories that the reference has seen less often are not named.
  init(_ reference: FieldReference, _ counted: FieldSummary, floor: UInt64) {
    (self.reference, current) = (reference.completeness, counted.completeness)
    switch reference.distribution {
    case .numeric(let numeric):
      shape = .numeric(DistributionCurve(reference: numeric, counts: counted.counts))
    case .categorical(let categorical):
      let known = categorical.counts.prefix(Self.categoryLimit).prefix { $0 >= floor }.count
      let counts = counted.categories.counts
      shape = .categorical(
        Categories(
          names: Array(categorical.categories.prefix(known)),
          reference: Array(categorical.counts.prefix(known)),
          current: Array(counts.prefix(known)),
          others: (
            categorical.counts.dropFirst(known).reduce(categorical.other, &+),
            counts.dropFirst(known).reduce(0, &+)
          ),
          unseen: counted.categories.unseen
        )
      )
    }
  }

  /// Bytes that it takes, about.
  var weight: Int {
    switch shape {
    case .numeric(let curve): 300 + curve.points.count * 24
    case .categorical(let categories):
      300 + categories.names.reduce(0) { $0 + $1.utf8.count + 32 }
    }
  }
}

/// Which window of which model version and segment.
struct WindowKey: Hashable, Sendable {
  var start: Timestamp
  var end: Timestamp
  var size: String
  var version: String?
  var segment: String
}

extension BoardWindow {
  var key: WindowKey {
    WindowKey(start: start, end: end, size: size, version: version, segment: segment)
  }
}

/// The distributions of a window that was closed here: its record does not hold them.
struct WindowDistributions: Sendable {
  let key: WindowKey
  let fields: [String: FieldDistribution]
  let weight: Int

  init(key: WindowKey, fields: [String: FieldDistribution], weight: Int) {
    (self.key, self.fields, self.weight) = (key, fields, weight)
  }

  /// Of a window with records; nil for a gap.
  init?(_ result: WindowResult, _ plan: Plan, _ references: FieldReferences, floor: UInt64) {
    guard !result.counted.isEmpty else { return nil }
    let size = plan.windows[result.window.specification].size
    let known = references[result.version, result.segment]
    var fields: [String: FieldDistribution] = [:]
    for (index, field) in plan.fields.enumerated() {
      fields[field.name] = FieldDistribution(known[index], result.counted[index], floor: floor)
    }
    self.init(
      key: WindowKey(
        start: result.window.start,
        end: result.window.end,
        size: DurationText.text(of: size),
        version: result.version?.name,
        segment: plan.name(ofSegment: result.segment)
      ),
      fields: fields,
      weight: fields.values.reduce(200) { $0 + $1.weight }
    )
  }
}
