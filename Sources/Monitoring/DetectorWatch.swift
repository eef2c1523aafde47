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
  /// Those that the rule has named, after this window.
  private(set) var detectors: [SeriesName: Detector] = [:]
  private var signals: [SeriesName: Double] = [:]

  init(_ earlier: [SeriesName: Detector]) { self.earlier = earlier }

  /// What a comparison sees, once its detector has seen what it looks at.
  ///
  /// - Parameters:
  ///   - comparison: Its rule's.
  ///   - field: Name of the field that the comparison names.
  ///   - observation: Of the metric in this window.
  ///   - minRecords: With fewer the window is left out of the series.
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
      if let value = observation.measurement.value, value.isFinite,
        observation.records >= minRecords
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
}
