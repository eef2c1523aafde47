import Drift
import Rules

/// A series of values that a detector looks at, within one alert.
struct SeriesName: Hashable, Comparable, Sendable {
  /// Detector and metric, as alerts name them.
  let statistic: String
  /// The field that the rule's condition names; nil for the one that is judged, and for the stream.
  let field: String?

  /// Orders by statistic, then field.
  static func < (left: Self, right: Self) -> Bool {
    guard left.statistic == right.statistic else { return left.statistic < right.statistic }
    return (left.field ?? "") < (right.field ?? "")
  }
}

/// The detectors of one alert while a window is judged: each learns a window's value once, however
/// often its rule names it.
struct DetectorWatch {
  private let earlier: [SeriesName: Detector]
  /// Whether the window may lack records, or have some twice: it is left out of all series.
  private let isInDoubt: Bool
  /// Those that the rule has named, after this window.
  private(set) var detectors: [SeriesName: Detector] = [:]
  private var signals: [SeriesName: Double] = [:]

  init(_ earlier: [SeriesName: Detector], isInDoubt: Bool) {
    (self.earlier, self.isInDoubt) = (earlier, isInDoubt)
  }

  /// What a comparison sees, once its detector has seen what it looks at.
  ///
  /// - Parameters:
  ///   - comparison: Its rule's.
  ///   - field: Name of the field that the comparison names.
  ///   - observation: Of the metric in this window.
  ///   - minRecords: With fewer, also of the previous window where the metric compares with that,
  ///     the window is left out of the series.
  /// - Returns: The observation itself where nothing looks at the metric's series.
  mutating func look(
    at comparison: Comparison,
    field: String?,
    _ observation: Observation,
    minRecords: UInt64
  ) -> Observation {
    guard let kind = comparison.detector?.detector else { return observation }
    let name = SeriesName(statistic: comparison.statistic, field: field)
    if detectors[name] == nil {
      var detector = earlier[name] ?? Detector(kind)
      if !isInDoubt, observation.hasEnough(minRecords),
        let value = observation.measurement.value, value.isFinite
      {
        signals[name] = detector.update(value) ? 1 : 0
      }
      detectors[name] = detector
    }
    return Observation(measurement: Measurement(signals[name]), records: observation.records)
  }
}

extension AlertBook {
  /// The detectors of an alert.
  func detectors(of subject: AlertSubject) -> [SeriesName: Detector] {
    entries[subject]?.detectors ?? [:]
  }

  /// Remembers the detectors of an alert, and forgets those that its rule does not name any more.
  mutating func remember(_ detectors: [SeriesName: Detector], of subject: AlertSubject) {
    guard entries[subject] != nil || !detectors.isEmpty else { return }
    entries[subject, default: Entry()].detectors = detectors
  }

  /// Lets detectors begin anew.
  mutating func forgetDetectors(where isForgotten: (AlertSubject, SeriesName) -> Bool) {
    for (subject, entry) in entries {
      let kept = entry.detectors.filter { !isForgotten(subject, $0.key) }
      if kept.count < entry.detectors.count { entries[subject]?.detectors = kept }
    }
  }
}

extension SeriesName {
  /// The detector that it names; nil where it names none.
  var kind: Detector.Kind? {
    Catalog.metric(named: String(statistic.prefix { $0 != "(" }))?.detector
  }
}
